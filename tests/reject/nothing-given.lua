-- A key that is written must be one, also where nothing is given for it.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB,
        budget = { fiel = nil, text = nil } }
n = option { int = true, default = 3, dco = nil }
app = hello { message = tostring(n) }
