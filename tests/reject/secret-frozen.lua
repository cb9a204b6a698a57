-- A secret's value in a configuration, in whatever way; none is shown.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
word = option { text = true, default = "hunter2" }
a = vault { key = "hunter2" }
b = vault { key = sealed("hunter2"), spare = word }
override(b, { spare = "hunter3" })
