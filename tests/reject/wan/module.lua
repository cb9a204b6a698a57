-- SPDX-License-Identifier: ISC
-- For address-twice.lua: has addresses, as tcpip has.
return module {
  summary  = "Would be another network stack",
  sources  = { "wan.c" },
  settings = {
    cidr "address" { unique = true, doc = "Its own." },
    ipv6 "local" { unique = true, optional = true, doc = "Its own too." },
    mac "card" { unique = true, optional = true, doc = "Of its card." },
  },
}
