-- A long comment never ends.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
--[==[ from here on
app = hello {}
]]
