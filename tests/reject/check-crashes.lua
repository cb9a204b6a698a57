-- A module's validator crashes.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "crashes" }
