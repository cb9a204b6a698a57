-- Two servers on one port of one stack.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

nic   = virtio_net {}
ip    = tcpip { net = nic, address = "10.0.2.15/24" }
admin = httpd { stack = ip, content = "../../configs/site", port = 80 }
www   = httpd { stack = ip, content = "../../configs/site" }
