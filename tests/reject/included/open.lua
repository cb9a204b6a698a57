-- For include-syntax.lua.
nic = virtio_net { a = 1,
