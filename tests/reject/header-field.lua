-- Fields that no response can carry: a name with a space, a value with a line
-- break, and one that httpd writes itself.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd {
  stack   = ip,
  content = "../../configs/site",
  headers = {
    ["Cache Control"] = "no-store",
    ["content-length"] = "0",
    Server = "a\r\nSet-Cookie: b",
  },
}
other = httpd {
  stack   = ip,
  port    = 81,
  content = "../../configs/site",
  types   = { css = "text/css", CSS = "text/plain", [".md"] = "text/plain", ["a.b"] = "text/plain" },
}
