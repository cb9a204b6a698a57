image { name = "l", platform = "qemu.microvm", memory = 2 * MiB,
  layout = "unique", layout_seed = "" }
app = hello { message = "x" }
