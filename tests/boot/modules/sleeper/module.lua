-- SPDX-License-Identifier: ISC
return module {
  summary   = "Sleeps through a few alarms, suspends itself, and tells what it cost",
  platforms = { "xen.pv", "xen.pvh" },
  requires  = { clock = "clock", wallclock = "wallclock" },
  sources   = { "sleeper.c" },
  hooks     = { "start", "event", "deadline" },

  settings = {
    int "alarms" { default = 4, range = { 1, 1000 }, doc = "Leave after so many." },
    duration "pause" { default = 250 * millisecond, range = { 1 * millisecond, 1 * minute },
      doc = "Time from one alarm to the next." },
    int "suspend_at" { default = 0, range = { 0, 1000 },
      doc = "Suspend after this alarm; 0: never." },
  },
}
