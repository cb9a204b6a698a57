-- A sealed value that could be compared unseen.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local values = { weight = sealed(3) }
a = vault { weight = values.weight == 3 and 3 or 1 }
