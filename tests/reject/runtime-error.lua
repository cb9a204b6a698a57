-- A value of one kind used as another.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local size = {}
app = hello { message = "size " .. size }
