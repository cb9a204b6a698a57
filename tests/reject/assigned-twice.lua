-- One name, two instances.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = hello { message = "one" }
app = hello { message = "two" }
