-- So is one text.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local line = "x"
while true do line = line .. line end
