-- A module's validator reads from the pipe itself.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "waits" }
