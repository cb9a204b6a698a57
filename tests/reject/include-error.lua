-- An error of an included file is at its own line; names are shared by all.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
include "included/error.lua"
app = hello { message = "Hi" }
