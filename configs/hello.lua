-- The smallest machine: says a line and powers off.
image { name = "hello", platform = "qemu.microvm", memory = 1152 * KiB }

app = hello { message = "Hello, world" }
