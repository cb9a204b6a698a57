-- For too-many-devices.lua.
return module {
  summary  = "Uses entropy",
  requires = { from = "entropy" },
  sources  = { "sink.c" },
}
