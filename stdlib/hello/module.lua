-- SPDX-License-Identifier: ISC
return module {
  summary  = "Prints one line and is done",
  requires = { console = "console" },
  sources  = { "hello.c" },
  hooks    = { "start" },

  settings = {
    text "message" { default = "Hello, world", max = 1024, sealable = true,
      doc = "What to print; a newline follows." },
  },
}
