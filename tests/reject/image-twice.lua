-- Two machines in one file.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
image { name = "u", platform = "qemu.microvm", memory = 4 * MiB }
app = hello {}
