-- The address comes from QEMU's DHCP server.
image { name = "dhcp", platform = "qemu.microvm", memory = 2 * MiB }

nic = virtio_net {}
ip  = tcpip { net = nic, dhcp = true }
www = httpd { stack = ip, content = "../../configs/site" }
