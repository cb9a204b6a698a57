return module {
  summary  = "Has a secret, and values that are frozen only or can be sealed",
  sources  = { "vault.c" },
  settings = {
    secret "key" { max = 32, doc = "The key." },
    secret "spare" { max = 32, optional = true, doc = "Another key." },
    int "size" { default = 1, range = { 1, 9 }, doc = "How large." },
    int "weight" { default = 1, range = { 1, 9 }, sealable = true, doc = "How heavy." },
    list "names" { of = "text", default = {}, doc = "Whose." },
  },
}
