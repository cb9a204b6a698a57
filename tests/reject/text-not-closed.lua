-- A text goes on past its line.
image { name = "t, platform = "qemu.microvm", memory = 4 * MiB }
