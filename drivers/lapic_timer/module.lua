-- SPDX-License-Identifier: ISC
return module {
  summary   = "Clock and alarm on the local APIC's timer",
  platforms = { "qemu.microvm" },
  provides  = { "clock" },
  requires  = {},
  sources   = { "lapic_timer.c" },
  hooks     = { "start" },

  settings = {
    duration "resolution" { default = 1 * millisecond, range = { 50 * microsecond, 100 * millisecond },
      doc = "Alarms are at least this far apart. A shorter one wakes the machine more exactly; time lost while the host pauses the machine grows rarer with a longer one." },
  },
}
