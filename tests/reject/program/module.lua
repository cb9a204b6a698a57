-- For broken-module-words.lua.
sources = { "program.c" }
return modul {
  summary = "It assigns, and misspells",
}
