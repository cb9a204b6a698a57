-- Functions of modules, called wrongly.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }

net = "10.0.2.0/24"
nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24", gateway = tcpip.brodcast(net) }
a   = uart.speed(9600)
b   = tcpip.broadcast("10.0.2.300/24")
c   = tcpip.contains(net, { "10.0.2.1" })
d   = tcpip.contains("10.0.2.0/24")
e   = tcpip.broadcast {}
f   = tcpip.hosts(net).largest
g   = hostile.fill(9)
h   = hostile.yes(2)
i   = hostile.fill(-1)
j   = tcpip.broadcast.name
k   = tcpip.hosts(net).lst
