-- Budgets that are none.
image { name = "small", platform = "qemu.microvm", memory = 4 * MiB,
  budget = { txet = 1 * KiB, file = "2 KiB", 5, data = -1 } }
app = hello { message = "Hello" }
