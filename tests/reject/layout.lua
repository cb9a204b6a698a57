image { name = "l", platform = "qemu.microvm", memory = 2 * MiB,
  layout = "unique" }
app = hello { message = "x" }
