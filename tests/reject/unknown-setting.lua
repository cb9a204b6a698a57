-- Keys that mean nothing.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB, memry = 1 }
nic = virtio_net {}
ip = tcpip {
  net = nic,
  adress = "10.0.2.15/24",
  zzz = 1,
}
app = hello { "Hello" }
www = httpd { stack = ip, content = "site" }
-- A key that holds nothing is a key all the same.
two = hello { mesage = nil, message = "Hi" }
