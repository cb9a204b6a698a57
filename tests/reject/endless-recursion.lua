-- A function that never ends calling itself.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local function deeper(n) return 1 + deeper(n + 1) end
app = hello { message = text.rep("x", deeper(1)) }
