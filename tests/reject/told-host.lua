-- What a host is told may not hold more than a value.
image { name = "t", platform = "xen.pvh", memory = 4 * MiB }

nic = netfront { bridge = "xenbr0,ip=10.1" }
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "../../configs/site" }
