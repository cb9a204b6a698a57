-- A file that is included by what it includes.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
include "included/cycle.lua"
