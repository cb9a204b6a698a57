-- An instance that nothing can refer to.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
hello { message = "Hello" }
local nic = virtio_net {}
