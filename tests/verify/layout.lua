-- SPDX-License-Identifier: ISC
-- The web server, laid out by a seed.
seed = option { text = true, default = "one" }
image { name = "unique", platform = "qemu.microvm", memory = 4 * MiB,
  layout = "unique", layout_seed = seed }

nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "../../configs/site" }
