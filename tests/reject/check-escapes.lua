-- A module's complaint would colour the terminal.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = hostile { does = "escapes" }
