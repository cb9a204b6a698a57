-- SPDX-License-Identifier: ISC
-- The smallest guest of a Xen host: it prints one line and powers off.
image { name = "hello-xen", platform = "xen.pvh", memory = 2 * MiB }

app = hello { message = "Hello, world" }
