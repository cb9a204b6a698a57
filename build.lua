-- SPDX-License-Identifier: ISC
-- The vocabulary of unicc: data only. Everything that is a choice of the
-- project and not of a configuration is a row here.

-- Folders whose subfolders are modules; the kernel itself is one too.
modules = { "drivers", "stdlib", "kernel" }

-- Words for numbers in a configuration. A size is in bytes, a duration in
-- nanoseconds.
units = {
  KiB = 1024, MiB = 1024 * 1024, GiB = 1024 * 1024 * 1024,
  nanosecond = 1, microsecond = 1000, millisecond = 1000 * 1000,
  second = 1000 * 1000 * 1000, minute = 60 * 1000 * 1000 * 1000,
  hour = 3600 * 1000 * 1000 * 1000,
}

-- exclusive: a provider has at most one user, because it calls that user back.
-- calls_back: the provider dispatches to several users by index.
interfaces = {
  console   = { doc = "where the machine's few words go" },
  entropy   = { doc = "unpredictable bytes" },
  clock     = { doc = "monotonic time and an alarm" },
  wallclock = { doc = "the date" },
  netif     = { doc = "Ethernet frames", exclusive = true },
  block     = { doc = "sectors of a disk", exclusive = true },
  tcp       = { doc = "TCP connections", calls_back = true },
  xenstore  = { doc = "the tree through which a Xen host and its domains agree", calls_back = true },
}

-- headers: a folder of a Debian package that a platform's C includes by the
-- folder's name: <xen/xen.h>.
platforms = {
  ["xen.pvh"] = {
    summary   = "A guest of Xen with its own page tables, PVH entry",
    arch      = "x86_64",
    folders   = { "kernel/xen.pvh", "kernel/xen", "kernel/x86_64" },
    sources   = {
      "kernel/x86_64/cpu.c", "kernel/xen/event.c", "kernel/xen/grant.c", "kernel/xen/system_time.c",
      "kernel/xen/power.c", "kernel/xen/suspend.c", "kernel/xen.pvh/platform.c",
    },
    assembly  = { "kernel/xen.pvh/kernel.S" },
    layout    = "kernel/x86_64/image.lds",
    headers   = { package = "libxen-dev", folder = "/usr/include/xen" },
    load      = 1024 * 1024,
    memory    = { min = 2 * 1024 * 1024, max = 1024 * 1024 * 1024 },
    buses     = { xen_vif = 8, xen_vbd = 16 },
    providers = {
      console = "xenconsole", entropy = "rdrand", clock = "pvclock", wallclock = "pvclock",
      xenstore = "xenstore",
    },
    xl        = "pvh",          -- the type of its domain
  },
  ["xen.pv"] = {
    summary   = "A guest of Xen without virtualisation by the CPU, PV entry",
    arch      = "x86_64",
    folders   = { "kernel/xen.pv", "kernel/xen", "kernel/x86_64" },
    sources   = {
      "kernel/x86_64/cpu.c", "kernel/xen/event.c", "kernel/xen/grant.c", "kernel/xen/system_time.c",
      "kernel/xen/power.c", "kernel/xen/suspend.c", "kernel/xen.pv/platform.c",
      "kernel/xen.pv/suspend.c",
    },
    assembly  = { "kernel/xen.pv/kernel.S" },
    layout    = "kernel/x86_64/image.lds",
    headers   = { package = "libxen-dev", folder = "/usr/include/xen" },
    load      = 1024 * 1024,
    memory    = { min = 3 * 1024 * 1024, max = 1024 * 1024 * 1024 },
    buses     = { xen_vif = 8, xen_vbd = 16 },
    providers = {
      console = "xenconsole", entropy = "rdrand", clock = "pvclock", wallclock = "pvclock",
      xenstore = "xenstore",
    },
    xl        = "pv",          -- the type of its domain
  },
  ["qemu.microvm"] = {
    summary   = "QEMU's microvm machine, PVH entry, virtio-mmio devices",
    arch      = "x86_64",
    folders   = { "kernel/qemu.microvm", "kernel/x86_64" },
    -- C is compiled as part of the kernel's own unit; each assembly file stands
    -- alone.
    sources   = { "kernel/x86_64/cpu.c", "kernel/x86_64/interrupt.c", "kernel/qemu.microvm/platform.c" },
    assembly  = { "kernel/qemu.microvm/kernel.S" },
    layout    = "kernel/x86_64/image.lds",
    load      = 1024 * 1024,          -- first byte of guest memory an image uses
    memory    = { min = 1152 * 1024, max = 1024 * 1024 * 1024 },
    buses     = { virtio_mmio = 8 },  -- slots of each bus
    providers = { console = "uart", entropy = "rdrand", clock = "lapic_timer", wallclock = "rtc" },
    qemu      = {
      "-M", "microvm,acpi=off,rtc=on", "-accel", "tcg", "-cpu", "max",
      "-global", "virtio-mmio.force-legacy=false", "-nodefaults", "-no-user-config",
      "-no-reboot", "-display", "none", "-serial", "stdio",
      "-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
    },
  },
}

-- Flags of every C file of an image. Paths and debug information are added by
-- the compile stage, which keeps both out of the image's bytes.
cflags = {
  "--target=x86_64-elf", "-std=c11", "-ffreestanding", "-nostdinc", "-Oz",
  "-mcmodel=small", "-fno-pic", "-mno-red-zone", "-mno-avx",
  "-fno-asynchronous-unwind-tables", "-fno-unwind-tables", "-fno-common",
  "-ffunction-sections", "-fdata-sections", "-fstack-protector-strong", "-fstack-clash-protection",
  "-fno-strict-aliasing", "-fomit-frame-pointer",
  "-Wall", "-Wextra", "-Wshadow", "-Wno-unused-const-variable", "-Werror=implicit-function-declaration",
}

-- Third-party code: Debian source packages with the licence (SPDX) and the line
-- of copyright of those files that name none of their own, and the SHA-256 of
-- every file, the .dsc first. tar unpacks the others; the package's own patches
-- are applied.
sources = {
  lwip = {
    version = "2.1.3+dfsg1-2",
    license = "BSD-3-Clause",
    files = {
      { "lwip_2.1.3+dfsg1-2.dsc", "8d8f944db8e6d542fc2d6f01559078fb1b5dda71651c67ee5fa3571ed1342c50" },
      { "lwip_2.1.3+dfsg1.orig.tar.xz", "0a8276d09fc4e97bbba2f953d74af2388fc2195ea156be9d7589e297a68fde24" },
      { "lwip_2.1.3+dfsg1-2.debian.tar.xz", "c5a48413d362cc757032cdd58f528f75eb64ee781ca46ca24f010b49b0e62a90" },
    },
  },
  musl = {
    version = "1.2.3-1",
    license = "MIT",
    copyright = "Copyright © 2005-2020 Rich Felker, et al.",
    files = {
      { "musl_1.2.3-1.dsc", "243a7462e9c751da662c4c61d4c96b6318c796ba302b72f6cdf74ea5427a9b4f" },
      { "musl_1.2.3.orig.tar.gz", "7d5b0b6062521e4627e099e4c9dc8248d32a30285e959b7eecaa780cf8cfd4a4" },
      { "musl_1.2.3-1.debian.tar.xz", "8f12cc808dbec030179a25ce2645a4c0b622ee8011c2afcec53b87ec5867a8cc" },
    },
  },
}
