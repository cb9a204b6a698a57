image { name = "l", platform = "qemu.microvm", memory = 2 * MiB,
  layout_seed = "one" }
app = hello { message = "x" }
