-- Addresses that two instances have.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
other = option { cidr = true, default = "10.0.2.15/16" }
nic = virtio_net { mac = "52:54:00:12:34:56" }
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { content = "site" }
a = wan { address = other, card = "52:54:00:12:34:56" }
b = wan { address = "10.0.2.16/24", ["local"] = "fe80::1" }
c = wan { address = "10.0.2.17/24", ["local"] = "FE80:0::1" }
