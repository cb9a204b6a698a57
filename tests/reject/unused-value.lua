-- A value that no one reads is a mistake.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
mesage = "Hello"
app = hello { message = "Hi" }
