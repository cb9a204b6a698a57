-- One card, two stacks; and one stack at most.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
a = tcpip { net = nic, address = "10.0.2.15/24" }
b = tcpip { net = nic, address = "10.0.2.16/24" }
one = httpd { stack = a, content = "site" }
two = httpd { stack = b, content = "site" }
