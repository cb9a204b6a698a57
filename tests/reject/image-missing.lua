-- Nothing says which machine.
app = hello {}
