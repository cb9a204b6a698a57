-- Checks of a record as a whole, and of the entries of lists and maps.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

app = parts {
  door = { port = 80, from = "10.0.2.2", is_open = true },
  ranges = {
    { low = 10, high = 20 },
    { low = 30, high = 20 },
  },
  peers = { "fe80::1", "::1" },
  limits = {
    even = 2,
    odd = 3,
    xray = 4,
  },
}
