-- A module of the user's with mistakes.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = broken {}
