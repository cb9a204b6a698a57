-- The configuration itself refuses.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local count = 3
assert(count < 3, "count is too large")
app = hello {}
