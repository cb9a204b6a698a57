-- What would wrap, as Lua's whole numbers do, is refused where it is computed.
local pages = 0x1ffffffffffffffff
local most <const> = 9223372036854775808
local units = 17179869184 * GiB
local sum = 9223372036854775807 + 1 - 1
local bit = 1 << 64
local text = tonumber("18446744073709551616")
image { name = "large", platform = "qemu.microvm", memory = 4 * MiB }
app = hello { message = text.join({ pages, most, units, sum, bit, text }) }
