-- A module's name is misspelt, and used twice.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = helo { message = "Hello" }
nic = virtio_nett {}
