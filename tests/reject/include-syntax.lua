-- A bracket that an included file leaves open.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
include "included/open.lua"
app = hello { message = "Hi", message = "Ho" }
