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

  settings = {
    int "receive_slots" { default = 32, range = { 2, 256 }, power_of_two = true,
      doc = "Frames that can wait to be read. Each takes 1.5 KiB of memory." },
    int "transmit_slots" { default = 32, range = { 2, 256 }, power_of_two = true,
      doc = "Frames that can wait to be sent. Each takes 1.5 KiB of memory." },
  },
}
