-- A module's validator writes to the pipe itself.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "writes" }
