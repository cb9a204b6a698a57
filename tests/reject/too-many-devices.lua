-- Nine devices on a bus of eight slots.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
for i = 1, 9 do
  local source = instance("random" .. i, virtio_rng {})
  instance("sink" .. i, sink { from = source })
end
