-- Each value outside of its range.
image { name = "t", platform = "qemu.microvm", memory = 64 * KiB }
kernel { stack = 2 * KiB }
nic = virtio_net { receive_slots = 33, transmit_slots = 1000 }
ip = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd {
  stack = ip,
  content = "site",
  port = 70000,
  idle_timeout = 15,
  index = text.rep("x", 65),
}
