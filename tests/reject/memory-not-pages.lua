-- Memory comes in pages.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB + 1 }
app = hello {}
