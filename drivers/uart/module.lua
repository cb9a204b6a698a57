-- SPDX-License-Identifier: ISC
return module {
  summary   = "Console on a 16550 serial port",
  platforms = { "qemu.microvm" },
  provides  = { "console" },
  requires  = {},
  sources   = { "uart.c" },
  hooks     = {},
  settings  = {},
}
