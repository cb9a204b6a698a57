-- For cycle.lua: needs what it provides.
return module {
  summary  = "A clock that needs a clock",
  provides = { "clock" },
  requires = { next = "clock" },
  sources  = { "ring.c" },
}
