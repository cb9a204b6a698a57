-- Options that are declared wrongly.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
untyped = option { default = "dev" }
two     = option { int = true, text = true, default = 1 }
words   = option { choice = { "dev", 2 }, default = "dev" }
choice  = option { choice = "dev" }
wide    = option { port = true, range = { 0, 80 }, default = 80 }
empty   = option { int = true, range = { 9, 1 }, default = 9 }
half    = option { int = true, range = { 9 }, default = 9 }
yes     = option { flag = 1, default = true }
extra   = option { flag = true, defualt = true, max = 3 }
long    = option { text = true, max = 0, default = "" }
listed  = option { list = true, default = {} }
bad     = option { size = true, default = "4 MiB" }
outside = option { port = true, range = { 80, 90 }, default = 8080 }
twice   = option { choice = { "dev", "dev" }, default = "dev" }
local hidden = option { flag = true, default = true }
wrapped = option { flag = true, default = true } and 1
Upper = option { flag = true, default = true }
app = hello { message = tostring(option { flag = true, default = true }) }
