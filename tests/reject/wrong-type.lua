-- Each value of a wrong kind.
image { name = 7, platform = "qemu.microvm", memory = "4 MiB" }
nic = virtio_net { receive_slots = "32", transmit_slots = 64 / 2 }
ip = tcpip { net = "nic", address = "10.0.2.15", gateway = 10, mss = 1460.5, window = 1e20 }
www = httpd {
  stack = tcpip,
  content = true,
  gzip = "yes",
  idle_timeout = "15 s",
  types = { "text/html" },
  headers = { Server = 3 },
  port = { 80 },
  index = 1,
}
app = hello "Hello"
