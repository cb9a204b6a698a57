-- SPDX-License-Identifier: ISC
return module {
  summary  = "A module whose build-time code does what the setting says",
  requires = { console = "console" },
  sources  = { "hostile.c" },
  hooks    = { "start" },

  functions = {
    behave = "text (u8 does)",
    fill   = { type = "bytes[8] (u32 count)", doc = "Some 7s." },
    yes    = { type = "flag (u8 how)", doc = "A bool that may be none." },
    count  = { type = "u32 (u32 number)", doc = "The number." },
  },
  checks = {
    { "behave", "does" },
    { "behave", "does" },
  },

  settings = {
    choice "does" { choices = {
        "nothing", "complains", "crashes", "hangs", "overflows", "calls", "answers_wild",
        "writes", "forges", "waits", "leaves", "closes", "escapes", "knows_time",
      },
      default = "nothing", doc = "What the check does." },
    text "note" { default = "", doc = "Anything." },
  },
}
