-- SPDX-License-Identifier: ISC
return module {
  summary  = "Says more than a console holds",
  sources  = { "talker.c" },
  hooks    = { "start" },

  settings = {
    int "lines" { default = 200, range = { 1, 100000 }, doc = "How many lines." },
  },
}
