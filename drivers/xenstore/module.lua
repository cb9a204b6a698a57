-- SPDX-License-Identifier: ISC
return module {
  summary   = "The xenstore of a Xen host, and the host's wish that the machine end",
  platforms = { "xen.pvh", "xen.pv" },
  provides  = { "xenstore" },
  requires  = { clock = "clock" },
  sources   = { "xenstore.c", "control.c" },
  hooks     = { "start", "event", "deadline" },

  settings = {
    duration "timeout" { default = 10 * second, range = { 100 * millisecond, 10 * minute },
      doc = "How long to wait for the host's answer to one question." },
  },
}
