-- SPDX-License-Identifier: ISC
return module {
  summary  = "A module whose build-time code does what the setting says",
  requires = { console = "console" },
  sources  = { "hostile.c" },
  hooks    = { "start" },

  functions = {
    behave = "text (text does)",
  },
  checks = {
    { "behave", "does" },
  },

  settings = {
    choice "does" { choices = { "nothing", "complains", "crashes", "hangs", "overflows", "calls", "answers_wild" },
      default = "nothing", doc = "What the check does." },
  },
}
