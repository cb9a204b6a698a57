-- Nothing gives Ethernet frames, and no platform has them by default.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
ip = tcpip { address = "10.0.2.15/24" }
www = httpd { content = "site" }
