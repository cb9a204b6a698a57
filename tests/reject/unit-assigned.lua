-- Words of unicc are not names for instances.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
KiB = 1000
httpd = hello {}
image = 3
