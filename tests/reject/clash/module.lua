return module {
  summary  = "Settings that would share a name in C",
  sources  = { "clash.c" },
  settings = {
    file "page" { optional = true, doc = "It has page_bytes too." },
    int "page_bytes" { default = 1, range = { 0, 9 }, doc = "Taken." },
    choice "mode" { choices = { "fast", "slow" }, default = "fast", doc = "And mode_fast." },
    flag "mode_slow" { default = true, doc = "Taken." },
    files "site" { optional = true, doc = "And site_entries." },
    text "site_entries" { default = "", doc = "Taken." },
    list "hosts_n" { of = "ipv4", default = {}, doc = "And hosts_n_count." },
    choice "hosts" { choices = { "n_count" }, default = "n_count", doc = "Taken." },
    size "room" { default = 1, range = { 0, 9 }, doc = "Its name is room_bytes." },
    int "room_ns" { default = 1, range = { 0, 9 }, doc = "Free." },
  },
}
