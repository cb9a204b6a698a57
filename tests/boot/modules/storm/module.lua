-- SPDX-License-Identifier: ISC
return module {
  summary   = "Raises several lines at once and counts what one idle wait takes",
  platforms = { "qemu.microvm" },
  sources   = { "storm.c" },
  hooks     = { "start", "event" },
  settings  = {},
}
