-- Memory is bounded too, and no pcall keeps that error either.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local all = {}
pcall(function()
  while true do
    list.append(all, { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 })
  end
end)
