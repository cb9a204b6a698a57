-- SPDX-License-Identifier: ISC
return module {
  summary  = "Leaves with a status, from the event loop or by failing to start",
  sources  = { "leave.c" },
  hooks    = { "start", "event", "stop" },

  settings = {
    int "status" { default = 0, range = { 0, 255 }, doc = "Status to leave with." },
    int "events" { default = 3, range = { 1, 1000000 },
      doc = "Leave in this call of the event hook." },
    int "error" { default = 0, range = { 0, 8 },
      doc = "Error the start hook returns." },
  },
}
