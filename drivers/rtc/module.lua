-- SPDX-License-Identifier: ISC
return module {
  summary   = "The date from the CMOS clock",
  platforms = { "qemu.microvm" },
  provides  = { "wallclock" },
  requires  = { clock = "clock" },
  sources   = { "rtc.c" },
  hooks     = { "start" },

  settings = {
    duration "reread" { default = 1 * minute, range = { 1 * second, 24 * hour },
      doc = "The CMOS clock is asked again when its answer is older; between, the monotonic clock counts on." },
  },
}
