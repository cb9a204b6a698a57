-- Instances are no numbers.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = hello {}
two = hello { message = text.rep("x", app + 1) }
