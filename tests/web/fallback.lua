-- No DHCP server answers; the machine falls back and goes on asking.
image { name = "fallback", platform = "qemu.microvm", memory = 2 * MiB }

nic = virtio_net {}
ip  = tcpip { net = nic, dhcp = true, dhcp_timeout = 2 * second, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "../../configs/site" }
bell = doorbell { stack = ip }
