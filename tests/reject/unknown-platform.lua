-- A platform that there is not.
image { name = "t", platform = "qemu.microwm", memory = 4 * MiB }
app = hello {}
