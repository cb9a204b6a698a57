-- SPDX-License-Identifier: ISC
return module {
  summary   = "Prints the value of the stack protector",
  platforms = { "qemu.microvm" },
  sources   = { "guard.c" },
  hooks     = { "start" },
  settings  = {},
}
