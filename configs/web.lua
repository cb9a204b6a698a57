-- A web server, alone on its machine.
image { name = "web", platform = "qemu.microvm", memory = 4 * MiB }

nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "site", idle_timeout = 15 * second }
