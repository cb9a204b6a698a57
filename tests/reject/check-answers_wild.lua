-- A module's validator answers wild.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "answers_wild" }
