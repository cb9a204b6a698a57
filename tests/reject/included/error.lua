-- For include-error.lua.
nic = virtio_net { receive_slots = 33 }
app = hello { mesage = "Hello" }
