-- A name used as a wire that turns out to be something else.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
ip = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "site" }
nic = 3
