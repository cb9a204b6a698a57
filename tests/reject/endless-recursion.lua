-- A function that never ends calling itself.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local function deeper(a, b, c, d) return (deeper(a, b, c, d)) end
app = hello { message = text.rep("x", deeper()) }
