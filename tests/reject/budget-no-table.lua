-- A budget without the name of what it is for.
image { name = "small", platform = "qemu.microvm", memory = 4 * MiB,
  budget = 48 * KiB }
app = hello { message = "Hello" }
