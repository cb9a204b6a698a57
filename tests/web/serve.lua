-- The example's site in the smallest memory, with a bell to end it.
image { name = "serve", platform = "qemu.microvm", memory = 1536 * KiB }

nic  = virtio_net {}
ip   = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www  = httpd { stack = ip, content = "../../configs/site" }
bell = doorbell { stack = ip }
