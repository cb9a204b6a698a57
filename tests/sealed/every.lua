-- Every type that can be sealed, with a value.
image { name = "every", platform = "qemu.microvm", memory = 2 * MiB }
one = every {
  loud = sealed(true), count = sealed(-4), wide = sealed(9007199254740992),
  room = sealed(8 * KiB), pause = sealed(90 * second), port = sealed(8080),
  colour = sealed("green"), name = sealed("a name"), peer = sealed("10.0.0.9"),
  far = sealed("2001:db8::7"),
  network = sealed("10.0.0.7/24"), card = sealed("52:54:00:12:34:56"),
}
