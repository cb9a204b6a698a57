return module {
  summary  = "Says a value of each type that can be sealed, and a secret",
  requires = { console = "console" },
  sources  = { "every.c" },
  hooks    = { "start" },

  functions = {
    count_even = "text (i64 count)",
    pair_fits  = "text (cidr network, ipv4 peer)",
  },
  checks = { { "count_even", "count" }, { "pair_fits", "network", "peer" } },

  settings = {
    flag "loud" { default = false, sealable = true, doc = "A flag." },
    int "count" { default = 2, range = { -8, 8 }, sealable = true, doc = "An enumerator; even." },
    int "wide" { default = 1, range = { -9007199254740992, 9007199254740992 }, sealable = true, doc = "64 bits." },
    size "room" { default = 4 * KiB, range = { 1 * KiB, 1 * GiB }, power_of_two = true, sealable = true, doc = "Bytes." },
    duration "pause" { default = 1 * second, range = { 0, 1 * hour }, sealable = true, doc = "Time." },
    port "port" { default = 80, sealable = true, doc = "A port." },
    choice "colour" { choices = { "red", "green", "blue" }, default = "red", sealable = true, doc = "A colour." },
    text "name" { default = "none", max = 30, sealable = true, doc = "A text." },
    ipv4 "peer" { optional = true, sealable = true, doc = "An address." },
    ipv6 "far" { optional = true, sealable = true, doc = "A long address." },
    cidr "network" { optional = true, sealable = true, doc = "A network." },
    mac "card" { optional = true, sealable = true, doc = "A card." },
    secret "key" { max = 20, optional = true, doc = "A secret." },
  },
}
