-- SPDX-License-Identifier: ISC
return module {
  summary   = "Tells what a domain costs while nothing is asked of it",
  platforms = { "xen.pv", "xen.pvh" },
  requires  = { clock = "clock" },
  sources   = { "meter.c" },
  hooks     = { "start", "event", "deadline" },

  settings = {
    duration "settle" { default = 5 * second, range = { 1 * millisecond, 1 * minute },
      doc = "When to begin." },
    duration "period" { default = 60 * second, range = { 1 * second, 1 * hour },
      doc = "How long to measure." },
  },
}
