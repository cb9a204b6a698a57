-- SPDX-License-Identifier: ISC
return module {
  summary  = "Verifies a disk that an earlier run has written, or writes and verifies it",
  requires = { disk = "block" },
  sources  = { "diskcheck.c" },
  hooks    = { "start", "event" },

  settings = {
    int "seed" { default = 1, range = { 0, 65535 },
      doc = "What to write: another seed, other bytes." },
    flag "discard" { default = false,
      doc = "Discard the disk's second half at the end." },
  },
}
