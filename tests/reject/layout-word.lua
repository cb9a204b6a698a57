image { name = "l", platform = "qemu.microvm", memory = 2 * MiB,
  layout = "uniqe", layout_seed = 7 }
app = hello { message = "x" }
