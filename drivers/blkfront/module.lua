-- SPDX-License-Identifier: ISC
return module {
  summary   = "Disk of a Xen domain (xen/io/blkif.h)",
  platforms = { "xen.pvh", "xen.pv" },
  provides  = { "block" },
  requires  = { xenstore = "xenstore", clock = "clock" },
  sources   = { "blkfront.c" },
  hooks     = { "start", "event", "deadline", "stop" },
  device    = { bus = "xen_vbd", what = "Xen disk",
    xl = { "disk", "format=raw,vdev=xvd%l,access=%{access},target=%{target}" },
    libvirt = { "<disk type='file' device='disk'>", "  <driver name='phy' type='raw'/>",
      "  <source file='%{target}'/>", "  <target dev='xvd%l' bus='xen'/>",
      "%[access=ro]  <readonly/>", "</disk>" } },

  -- Build-time C in check.c.
  functions = { shared_pages_fit = "text (u64 requests, u64 transfer)",
    target_named = "text (text target)" },
  checks    = { { "shared_pages_fit", "requests", "transfer" },
    { "target_named", "target" } },

  settings = {
    text "target" { max = 255,
      doc = "The host's file or device that is the disk." },
    choice "access" { default = "rw", choices = { "rw", "ro" },
      doc = "ro: the disk is never written, whatever the host allows." },
    int "sectors" { default = 0, range = { 0, 2251799813685248 },
      doc = "Sectors of 512 bytes that the disk must have at least; the machine does not start with a smaller one." },
    int "requests" { default = 8, range = { 1, 32 },
      doc = "Requests that can be unanswered at the same time." },
    size "transfer" { default = 32 * KiB, range = { 4 * KiB, 1 * MiB },
      doc = "Most that one request can read or write; whole pages of 4 KiB. Each request takes this much memory, and a grant a page. Beyond 44 KiB a host must understand indirect requests; with one that does not, 44 KiB is the most." },
    duration "timeout" { default = 20 * second, range = { 100 * millisecond, 10 * minute },
      doc = "How long to wait for the backend, twice: until it is ready, and until it has connected." },
  },
}
