-- Values that cannot be sealed, and what cannot be done with a sealed one.
image { name = "t", platform = "qemu.microvm", memory = sealed(4 * MiB) }
number = option { int = true, default = sealed(1) }
local one = sealed(1)
local values = { weight = sealed(3) }
a = vault { size = sealed(2) }
b = vault { weight = sealed(2) + 1 }
c = vault { names = { sealed("x") } }
d = vault { weight = values.weight }
e = vault { weight = sealed(10) }
f = vault { weight = sealed(1, 2) }
for i = 1, 3 do instance("i" .. i, vault { weight = sealed(number + i) }) end
g = vault { weight = text.format("%d", sealed(1)) }
