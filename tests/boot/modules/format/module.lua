-- SPDX-License-Identifier: ISC
return module {
  summary  = "Writes and reads numbers with the C library, and checks them",
  sources  = { "format.c" },
  hooks    = { "start" },
  settings = {},
}
