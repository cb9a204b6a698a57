-- SPDX-License-Identifier: ISC
return module {
  summary   = "Console of a Xen domain, write only",
  platforms = { "xen.pv", "xen.pvh" },
  provides  = { "console" },
  requires  = {},
  sources   = { "xenconsole.c" },
  hooks     = {},
  settings  = {
    duration "patience" { default = 1 * second, range = { 1 * millisecond, 1 * minute },
      doc = "How long to wait for a console that is full and that nobody reads; what follows is lost until somebody does." },
  },
}
