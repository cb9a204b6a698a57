-- A module that declares sealable what cannot be.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
a = unsealable { content = "site" }
