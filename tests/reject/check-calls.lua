-- A module's validator calls.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "calls" }
