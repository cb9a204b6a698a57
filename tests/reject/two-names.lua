-- One instance, two names.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = hello {}
other = app
