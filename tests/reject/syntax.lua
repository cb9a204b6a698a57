-- A closing brace is missing.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

nic = virtio_net {
  receive_slots = 32
ip = tcpip { net = nic, address = "10.0.2.15/24" }
