-- SPDX-License-Identifier: ISC
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = nested {}
