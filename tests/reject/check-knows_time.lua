-- A module's validator reads the CPU's clock.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "knows_time" }
