-- A configuration returns nothing.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = hello {}
return app
