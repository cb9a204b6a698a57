-- The gateway is not in the network of the address.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.3.1" }
www = httpd { stack = ip, content = "../../configs/site" }
