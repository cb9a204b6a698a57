-- An option without a default must be given.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
message = option { text = true, max = 40 }
app = hello { message = message }
