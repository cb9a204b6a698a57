-- SPDX-License-Identifier: ISC
return module {
  summary   = "Network interface on virtio-mmio (virtio 1.2, 5.1)",
  platforms = { "qemu.microvm" },
  provides  = { "netif" },
  requires  = {},
  sources   = { "virtio_net.c" },
  hooks     = { "start", "event", "stop" },
  -- One slot of this bus; what the host is told, %s being the instance's name.
  device    = { bus = "virtio_mmio", what = "virtio network device",
    qemu = { "-netdev", "user,id=%s", "-device", "virtio-net-device,netdev=%s" } },

  -- Build-time C in check.c.
  functions = { mac_usable = "text (mac mac)" },
  checks    = { { "mac_usable", "mac" } },

  settings = {
    mac "mac" { optional = true, sealable = true, unique = true,
      doc = "The interface's address, which the host is told too. Without it the host gives one." },
    int "receive_slots" { default = 32, range = { 2, 256 }, power_of_two = true,
      doc = "Frames that can wait to be read. Each takes 1.5 KiB of memory." },
    int "transmit_slots" { default = 32, range = { 2, 256 }, power_of_two = true,
      doc = "Frames that can wait to be sent. Each takes 1.5 KiB of memory." },
  },
}
