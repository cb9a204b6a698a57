-- SPDX-License-Identifier: ISC
-- The web server, which also tells what it is.
image { name = "live", platform = "qemu.microvm", memory = 4 * MiB }

nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "../../configs/site", identity = true }
