-- Fields that come to nothing because another name was meant.
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local site = { message = "Hi", ports = { web = 80 } }
one = hello { message = site.mesage }
nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "site", port = site.ports.wbe, headers = { Server = site.server } }
two = relay { upstreams = { { address = site.address } }, rows = { site.row } }
override(two, { router = site.router })
-- These are meant so.
local function greet(name, message) return instance(name, hello { message = message }) end
greet("three")
four = hello { message = site.greeting or nil }
five = hello { message = nil }
