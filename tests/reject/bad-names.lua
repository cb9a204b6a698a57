-- Names become names in C and of files.
image { name = "../t", platform = "qemu.microvm", memory = 4 * MiB }
App = hello {}
int = hello {}
machine = hello {}
clock_provider = hello {}
hello_start = hello {}
instance("a b", hello {})
