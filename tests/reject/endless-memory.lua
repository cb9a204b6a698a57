-- Memory is bounded too.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local all = {}
while true do
  pcall(function() list.append(all, { all }) end)
end
