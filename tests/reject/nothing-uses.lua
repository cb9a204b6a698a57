-- A card without a user.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
app = hello {}
