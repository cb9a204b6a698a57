-- SPDX-License-Identifier: ISC
-- The smallest guest of a Xen host: it prints one line and powers off.
-- --set guest=pv makes it one that needs no virtualisation by the CPU; for its
-- page tables and lists the host's domain builder takes some memory more.
guest = option { choice = { "pv", "pvh" }, default = "pvh" }

image {
  name     = "hello-xen",
  platform = "xen." .. guest,
  memory   = guest == "pv" and 3 * MiB or 2 * MiB,
}

app = hello { message = "Hello, world" }
