-- A module's validator ends its process.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "leaves" }
