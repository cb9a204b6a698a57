-- A driver for any platform, on a bus that this one lacks.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = elsewhere {}
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { content = "site" }
