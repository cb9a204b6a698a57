-- SPDX-License-Identifier: ISC
return module {
  summary  = "Start, event loop, panic, log and exit of every image",
  requires = { console = "console" },
  sources  = { "kernel.c" },
  hooks    = {},

  functions = {
    files_table = "bytes[1048576] (bytes paths)",
  },

  settings = {
    size "stack" { default = 16 * KiB, range = { 4 * KiB, 1 * MiB },
      doc = "Stack of the machine's only thread. A guard page lies below it." },
  },
}
