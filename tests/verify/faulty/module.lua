-- SPDX-License-Identifier: ISC
return module {
  summary  = "Writes to the absent page zero",
  requires = { console = "console" },
  sources  = { "faulty.c" },
  hooks    = { "start" },
  settings = {},
}
