-- SPDX-License-Identifier: ISC
return module {
  summary   = "Entropy from the CPU: RDSEED, else RDRAND",
  platforms = { "qemu.microvm", "xen.pvh", "xen.pv" },
  provides  = { "entropy" },
  requires  = {},
  sources   = { "rdrand.c" },
  hooks     = {},
  settings  = {},
}
