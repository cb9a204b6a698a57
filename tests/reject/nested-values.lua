-- SPDX-License-Identifier: ISC
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
one = relay {
  admin = { usr = "me", port = 0, from = "fe80::1%eth0", limits = { body = 2 * MiB, wait = 5 } },
  upstreams = {
    { address = "10.0.0.1", mode = "fsat" },
    { port = "80" },
    "10.0.0.3",
  },
  pages = { index = 5, ["/a b"] = true },
  rows = { { 1, 10 }, { 1, 2, 3 }, 4 },
  router = "2001:db8::/32",
}
two = relay {
  admin = { "me" },
  upstreams = { { address = "10.0.0.1" }, { address = "10.0.0.2" }, { address = "10.0.0.3" },
                { address = "10.0.0.4" } },
  pages = { "a.html" },
  rows = { x = { 1 } },
  router = "1::2::3",
}
three = relay { admin = "me", upstreams = { address = "10.0.0.1" }, router = "[::1]" }
four = relay { admin = { usr = nil }, rows = { { 1 }, nil, { 2 } } }
