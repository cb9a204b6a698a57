-- SPDX-License-Identifier: ISC
return module {
  summary  = "Answers ARP and sends every UDP datagram back",
  requires = { net = "netif" },
  sources  = { "netecho.c" },
  hooks    = {},

  settings = {
    ipv4 "address" { default = "10.0.2.15", doc = "The address it answers for." },
    int "frames" { default = 0, range = { 0, 1000000000 },
      doc = "End with exit 0 after this many datagrams; 0: never." },
  },
}
