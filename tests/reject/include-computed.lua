-- Which files there are is known before anything is evaluated.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local stage = "dev"
include("included/" .. stage .. ".lua")
pcall(include, "included/error.lua")
