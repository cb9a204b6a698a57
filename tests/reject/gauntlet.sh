# SPDX-License-Identifier: ISC
# A module that says when it was compiled.
out=build/reject/gauntlet
mkdir -p $out/app
cat >$out/config.lua <<'LUA'
image { name = "odd", platform = "qemu.microvm", memory = 2 * MiB }
main = app {}
LUA
cat >$out/app/module.lua <<'LUA'
return module {
  summary  = "Says when it was compiled",
  requires = { console = "console" },
  sources  = { "app.c" },
  hooks    = { "start" },
  settings = {},
}
LUA
cat >$out/app/app.c <<'C'
#include <unicc/kernel.h>
#pragma clang diagnostic ignored "-Wdate-time"
int
app_start(void)
{
	kernel_log(instance_name, "built on " __DATE__);
	return 0;
}
C
"$UNICC" rebuild --gauntlet $out --only time 2>&1 >/dev/null |
	sed -n 's/, first at offset .*//; /odd.elf/p' >&2
exit 4
