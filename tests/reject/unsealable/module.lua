return module {
  summary       = "Declares sealable what cannot be, and secrets as others",
  sources       = { "unsealable.c" },
  option_header = "unsealable.h",
  functions     = { key_good = "text (text key)", word_good = "text (text word)" },
  checks        = { { "key_good", "key" }, { "word_good", "word" } },
  settings = {
    int "count" { range = { 1, 9 }, default = 1, option = "COUNT", sealable = true, doc = "In a header." },
    text "word" { max = 5000, default = "", sealable = true, doc = "Too long." },
    text "index" { max = 64, default = "index.html", sealable = true, doc = "Of content." },
    files "content" { index = "index", doc = "Content." },
    list "names" { of = "text", default = {}, sealable = true, doc = "Not of fixed size." },
    list "keys" { of = secret { max = 3 }, default = {}, doc = "Secrets." },
    secret "key" { max = 32, default = "hunter2", doc = "With a default." },
    secret "long" { max = 5000, doc = "Too long." },
  },
}
