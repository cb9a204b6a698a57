-- SPDX-License-Identifier: ISC
-- A module with settings that hold others.
return module {
  summary  = "Would pass requests on",
  sources  = { "relay.c" },
  settings = {
    record "admin" { default = {}, doc = "Who may ask it.",
      fields = {
        text "user" { default = "root", max = 16, doc = "The name." },
        port "port" { default = 8080, doc = "Where it listens." },
        ipv6 "from" { optional = true, doc = "From where alone." },
        record "limits" { default = {}, doc = "How much.",
          fields = {
            size "body" { default = 4 * KiB, range = { 1, 1 * MiB }, doc = "Of a body." },
            duration "wait" { default = 1 * second, range = { 1 * second, 1 * hour },
              doc = "For an answer." },
          } },
      } },
    list "upstreams" { default = {}, max = 3, doc = "Where to.",
      of = record {
        fields = {
          ipv4 "address" { doc = "The host." },
          port "port" { default = 80, doc = "Its port." },
          choice "mode" { choices = { "fast", "slow" }, default = "fast", doc = "How." },
        },
      } },
    map "pages" { of = "file", default = {}, doc = "Bodies of answers." },
    list "rows" { of = list { of = int { range = { 0, 9 } }, max = 2 }, default = {},
      doc = "Numbers." },
    ipv6 "router" { default = "fe80::1", doc = "The next one." },
  },
}
