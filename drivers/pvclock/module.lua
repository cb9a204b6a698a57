-- SPDX-License-Identifier: ISC
return module {
  summary   = "Clock and date of a Xen domain",
  platforms = { "xen.pv", "xen.pvh" },
  provides  = { "clock", "wallclock" },
  requires  = {},
  sources   = { "pvclock.c" },
  hooks     = {},
  settings  = {},
}
