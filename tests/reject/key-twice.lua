-- The second would win silently.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = hello {
  message = "one",
  message = "two",
}
www = httpd { types = { html = "a/b", ["html"] = "c/d" }, content = "site" }
