-- What has no default must be given.
image { name = "t", memory = 4 * MiB }
nic = virtio_net {}
ip = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip }
