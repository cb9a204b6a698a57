-- For broken-module-words.lua.
module {
  summary = "It returns nothing",
  sources = { "unfinished.c" },
}
