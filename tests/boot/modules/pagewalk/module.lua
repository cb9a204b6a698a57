-- SPDX-License-Identifier: ISC
return module {
  summary   = "Walks the live page tables and judges what they allow",
  platforms = { "qemu.microvm", "xen.pvh" },
  sources   = { "pagewalk.c" },
  hooks     = { "start" },
  settings  = {},
}
