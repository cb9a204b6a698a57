-- A module's validator complains.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "complains" }
