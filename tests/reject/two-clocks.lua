-- What is implied cannot choose between two either.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
fast = lapic_timer {}
slow = lapic_timer {}
ip = tcpip { clock = fast, net = nic, address = "10.0.2.15/24" }
www = httpd { content = "site" }
