-- SPDX-License-Identifier: ISC
-- web.lua as a guest of a Xen host.
image { name = "web", platform = "xen.pvh", memory = 3 * MiB }

nic = netfront {}
ip  = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "site", idle_timeout = 15 * second }
