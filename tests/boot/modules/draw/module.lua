-- SPDX-License-Identifier: ISC
return module {
  summary  = "Prints the date and two draws of entropy, and checks them",
  requires = { entropy = "entropy", wallclock = "wallclock" },
  sources  = { "draw.c" },
  hooks    = { "start" },
  settings = {},
}
