-- SPDX-License-Identifier: ISC
return module {
  summary   = "Walks the live page tables of a PV guest and judges what they allow",
  platforms = { "xen.pv" },
  sources   = { "pagewalk_pv.c" },
  hooks     = { "start" },
  settings  = {},
}
