-- SPDX-License-Identifier: ISC
-- A web server for many machines: what differs between them is sealed.
image { name = "fleet", platform = "qemu.microvm", memory = 4 * MiB }

nic = virtio_net { mac = sealed("52:54:00:00:00:01") }
ip  = tcpip { net = nic, address = sealed("10.0.2.15/24"), gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "site" }
