-- Evaluation is bounded, and no pcall keeps the error.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
while true do
  pcall(function() while true do end end)
end
