-- A driver for another platform.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = netfront {}
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { content = "site" }
