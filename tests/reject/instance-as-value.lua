-- An instance or a module where a plain value belongs.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net { receive_slots = later, transmit_slots = hello }
app = hello { message = text }
later = hello {}
sum = app.message .. "!"
