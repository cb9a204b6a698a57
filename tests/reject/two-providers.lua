-- Two cards and no word on which.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
spare = virtio_net {}
ip = tcpip { address = "10.0.2.15/24" }
www = httpd { content = "site" }
