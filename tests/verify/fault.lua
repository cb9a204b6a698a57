-- SPDX-License-Identifier: ISC
-- A machine that faults, laid out by a seed.
image { name = "fault", platform = "qemu.microvm", memory = 2 * MiB,
  layout = "unique", layout_seed = "three" }

app = faulty {}
