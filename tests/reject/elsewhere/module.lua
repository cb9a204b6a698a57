-- For wrong-platform.lua: sits on a bus that the machine does not have.
return module {
  summary  = "A card of another machine",
  provides = { "netif" },
  sources  = { "elsewhere.c" },
  device   = { bus = "turbochannel", what = "network card" },
}
