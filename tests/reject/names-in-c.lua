-- A module whose settings have names in C in common.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = clash {}
