-- A loop assigns one name again and again.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
for i = 1, 3 do
  app = hello { message = "hello " .. i }
end
