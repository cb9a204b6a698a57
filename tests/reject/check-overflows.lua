-- A module's validator overflows.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "overflows" }
