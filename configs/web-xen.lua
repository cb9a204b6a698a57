-- SPDX-License-Identifier: ISC
-- web.lua as a guest of a Xen host. --set guest=pv makes it one that needs no
-- virtualisation by the CPU.
guest = option { choice = { "pv", "pvh" }, default = "pvh" }

image {
  name     = "web-xen",
  platform = "xen." .. guest,
  memory   = 4 * MiB,
}

nic = netfront {}
ip  = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "site", idle_timeout = 15 * second }
