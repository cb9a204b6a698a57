-- A module.lua is data, and must be one.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
a = program {}
b = unfinished {}
