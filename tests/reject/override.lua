-- An override replaces a value that is set, once.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
override(app, { message = "earlier" })
app = hello { message = "Hi" }
override(app, { message = "later" })
nic = virtio_net {}
override(nic, { receive_slots = 64, recieve_slots = 64, 3 })
override(ip, { gateway = "10.0.2.2" })
override("app", { message = "named" })
override(app, { mesage = nil, message = nil, console = app and nil })
override(app, { message = nil })
