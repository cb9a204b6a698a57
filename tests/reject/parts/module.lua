-- SPDX-License-Identifier: ISC
return module {
  summary  = "A module that judges records, lists and maps",
  requires = { console = "console" },
  sources  = { "parts.c" },
  hooks    = { "start" },

  records = {
    door = "u16 port, ipv4 from, flag is_open",
    pair = "u16 low, u16 high",
  },
  functions = {
    door_alone = "text (door door)",
    pair_order = "text (pair pair)",
    no_loop    = "text (ipv6 address)",
    limit_even = "text (text name, u32 limit)",
  },
  checks = {
    { "door_alone", "door" },
    { "pair_order", "ranges" },
    { "no_loop", "peers" },
    { "limit_even", "limits" },
  },

  settings = {
    record "door" { default = { port = 80 }, doc = "One door.", fields = {
        port "port" { doc = "Its port." },
        ipv4 "from" { optional = true, doc = "From where." },
        flag "is_open" { default = false, doc = "For all." },
        text "note" { default = "", doc = "No check sees it." },
      } },
    list "ranges" { default = {}, doc = "Ranges of ports.", of = record { fields = {
        port "low" { doc = "First." }, port "high" { doc = "Last." },
      } } },
    list "peers" { of = "ipv6", default = {}, doc = "Peers." },
    map "limits" { of = int { range = { 0, 1000 } }, default = {}, doc = "Limits." },
  },
}
