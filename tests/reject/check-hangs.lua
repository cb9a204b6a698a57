-- A module's validator hangs.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "hangs" }
