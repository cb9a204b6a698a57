-- Units and names are words too.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local text_of = massage
app = hello { message = text_of }
nic = virtio_net { receive_slots = 32 * Kib }
do local _ENV = { hello = hello }; lost = 1 end
