-- SPDX-License-Identifier: ISC
return module {
  summary  = "Ends the machine in order once its port was connected to and left",
  requires = { stack = "tcp", clock = "clock" },
  sources  = { "doorbell.c" },
  hooks    = { "start", "event", "deadline" },

  settings = {
    port "port" { default = 9, listens = "stack", doc = "TCP port of the bell." },

    duration "delay" { default = 300 * millisecond, range = { 1 * millisecond, 10 * second },
      doc = "From the end of the connection to the end of the machine." },
  },
}
