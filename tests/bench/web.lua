-- SPDX-License-Identifier: ISC
-- What is measured: configs/web.lua with the page that others were measured
-- with, and no more memory than the target allows.
image { name = "web", platform = "qemu.microvm", memory = 1536 * KiB }

nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "site", idle_timeout = 15 * second }
