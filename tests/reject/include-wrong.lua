-- Files that cannot be included.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
include "included/none.lua"
include ("/etc/passwd")
include ""
include "included"
