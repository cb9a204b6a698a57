-- A module's validator answers itself, and then once more.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "forges" }
