-- SPDX-License-Identifier: ISC
return module {
  summary  = "Holds the clock against the CMOS clock while alarms come and go",
  platforms = { "qemu.microvm" },
  requires = { clock = "clock" },
  sources  = { "drift.c" },
  hooks    = { "start", "event", "deadline" },

  settings = {
    duration "alarm" { default = 10 * millisecond, range = { 1 * microsecond, 1 * hour },
      doc = "Time between two alarms." },
    int "seconds" { default = 4, range = { 1, 3600 },
      doc = "How long to measure." },
    int "drift_max_ppm" { default = 500, range = { 1, 1000000 },
      doc = "More than this ends with exit 1." },
    duration "late_max" { default = 100 * millisecond, range = { 1 * microsecond, 1 * hour },
      doc = "An alarm later than this in the median ends with exit 1." },
  },
}
