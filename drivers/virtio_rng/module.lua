-- SPDX-License-Identifier: ISC
return module {
  summary   = "Entropy from the host, on virtio-mmio (virtio 1.2, 5.4)",
  platforms = { "qemu.microvm" },
  provides  = { "entropy" },
  requires  = {},
  sources   = { "virtio_rng.c" },
  hooks     = { "start" },
  device    = { bus = "virtio_mmio", what = "virtio entropy device",
    qemu = { "-device", "virtio-rng-device" } },

  settings = {
    int "polls" { default = 10000000, range = { 1000, 1000000000 },
      doc = "How often the device is asked whether it is ready, in one fill, before it counts as dead." },
  },
}
