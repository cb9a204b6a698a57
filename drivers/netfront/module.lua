-- SPDX-License-Identifier: ISC
return module {
  summary   = "Network interface of a Xen domain (xen/io/netif.h)",
  platforms = { "xen.pvh", "xen.pv" },
  provides  = { "netif" },
  requires  = { xenstore = "xenstore", clock = "clock" },
  sources   = { "netfront.c" },
  hooks     = { "start", "event", "deadline", "stop" },
  device    = { bus = "xen_vif", what = "Xen network interface",
    xl = { "vif", "mac=%{mac},bridge=%{bridge}" },
    libvirt = { "<interface type='bridge'>", "  <mac address='%{mac}'/>",
      "  <source bridge='%{bridge}'/>", "</interface>" } },

  -- Build-time C in check.c.
  functions = { mac_usable = "text (mac mac)", bridge_usable = "text (text bridge)" },
  checks    = { { "mac_usable", "mac" }, { "bridge_usable", "bridge" } },

  settings = {
    int "receive_slots" { default = 32, range = { 2, 256 },
      doc = "Frames that can wait to be read. Each takes 4 KiB of memory and a grant." },
    int "transmit_slots" { default = 32, range = { 2, 256 },
      doc = "Frames that can wait to be sent. Each takes 2 KiB of memory, and two a grant." },
    mac "mac" { optional = true, sealable = true, unique = true,
      doc = "The interface's own address, which the host is told too. Without it, the one that the host says." },
    text "bridge" { default = "xenbr0", max = 15,
      doc = "The host's bridge that the interface is put in." },
    duration "timeout" { default = 20 * second, range = { 100 * millisecond, 10 * minute },
      doc = "How long to wait for the backend, twice: until it is ready, and until it has connected." },
  },
}
