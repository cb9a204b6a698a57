-- A module's validator closes its pipe.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "closes" }
