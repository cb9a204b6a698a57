-- SPDX-License-Identifier: ISC
return module {
  summary   = "Prints the value of the stack protector",
  sources   = { "guard.c" },
  hooks     = { "start" },
  settings  = {},
}
