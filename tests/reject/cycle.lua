-- Each waits for the other to start.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
a = ring { next = b }
b = ring { next = c }
c = ring { next = a }
app = hello {}
