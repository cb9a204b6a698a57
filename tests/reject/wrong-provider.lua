-- A wire to something else.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
ip = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = nic, content = "site" }
