-- SPDX-License-Identifier: ISC
return module {
  summary   = "Entropy from the CPU: RDSEED, else RDRAND",
  platforms = { "qemu.microvm" },
  provides  = { "entropy" },
  requires  = {},
  sources   = { "rdrand.c" },
  hooks     = {},
  settings  = {},
}
