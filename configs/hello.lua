-- SPDX-License-Identifier: ISC
-- The smallest machine: it prints one line and powers off.
image { name = "hello", platform = "qemu.microvm", memory = 1152 * KiB }

app = hello { message = "Hello, world" }
