-- What is Lua elsewhere is not here.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
print("building")
app = hello { message = string.upper(os.getenv("HOME")) }
