-- SPDX-License-Identifier: ISC
-- Everything that can be wrong with a part of a setting.
return module {
  summary  = "Would hold others",
  sources  = { "nested.c" },
  settings = {
    record "empty" { doc = "No fields.", fields = {} },
    record "none" { doc = "None at all." },
    record "keyed" { doc = "A key.", fields = { port = port "port" { doc = "x" } } },
    record "twice" { doc = "Twice.", fields = {
      port "port" { doc = "x" }, text "port" { doc = "y" } } },
    record "words" { doc = "Words of C.", fields = {
      port "default" { doc = "x" }, size "int" { range = { 0, 1 }, doc = "Is int_bytes." } } },
    record "clash" { doc = "One member.", fields = {
      size "a" { range = { 0, 1 }, doc = "x" }, int "a_bytes" { range = { 0, 1 }, doc = "y" } } },
    record "more" { doc = "More than a field says.", fields = {
      port "http" { listens = "stack", doc = "x" } } },
    record "file" { default = { body = "a.html" }, doc = "A module knows no file.", fields = {
      file "body" { doc = "x" } } },
    record "wrong" { default = { port = 0, prot = 1 }, doc = "A wrong default.", fields = {
      port "port" { doc = "x" } } },
    list "of_nothing" { doc = "x" },
    list "of_choice" { of = "choice", doc = "Which?" },
    list "of_module" { of = module, doc = "x" },
    list "documented" { of = port { doc = "Not here." }, doc = "x" },
    list "ranged" { of = int {}, doc = "No range." },
    list "counted" { of = choice { choices = { "count" } }, doc = "Is counted_count." },
    record "path" { doc = "The tag struct nested_path_x.", fields = {
      record "x" { doc = "x", fields = { flag "y" { doc = "x" } } } } },
    record "path_x" { doc = "The same.", fields = { flag "y" { doc = "x" } } },
  },
}
