#!/bin/sh
# SPDX-License-Identifier: ISC
# Whatever surrounds a build, it gives the same bytes; where a module's C makes
# it give others, the gauntlet names what it depends on and where it shows.
# Debian's reprotest, with its file system in disorder, is a second witness.
. "$(dirname "$0")/../cli/cli.subr"
XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}
export XDG_CACHE_HOME

timeout 300 "$unicc" rebuild --gauntlet "$root/configs/hello.lua" >.said 2>&1
report "hello goes through all of it"
grep -q '^[0-9]* variations: [1-9][0-9]* give the same bytes, 0 differ, 0 could' \
	.said
report "every variation is made here"

mkdir -p odd/app
cat >odd/config.lua <<'END'
image { name = "odd", platform = "qemu.microvm", memory = 2 * MiB }
main = app {}
END
cat >odd/app/module.lua <<'END'
return module {
  summary  = "Says when it was compiled",
  requires = { console = "console" },
  sources  = { "app.c" },
  hooks    = { "start" },
  settings = {},
}
END
cat >odd/app/app.c <<'END'
#include <unicc/kernel.h>
#pragma clang diagnostic ignored "-Wdate-time"
int
app_start(void)
{
	kernel_log(instance_name, "built on " __DATE__);
	return 0;
}
END
says "a date in it is found" 4 \
	"odd/config.lua: error E1006: time: with another time, odd.elf: constants, first at" \
	"$unicc" rebuild --gauntlet odd --only time --only umask
grep -q '^time  *differs  *another time: .*odd\.debug.*odd\.elf' .said
report "and the files it shows in"
grep -q "^umask  *same " .said
report "and what it does not depend on"
says "as JSON" 4 '"state":	"differs"' \
	"$unicc" rebuild --gauntlet odd --only time --json
says "a variation that is none" 2 "there is no variation tide" \
	"$unicc" rebuild --gauntlet odd --only tide
says "a configuration with an error" 1 "E0201" "$unicc" rebuild --gauntlet \
	"$root/tests/reject/unknown-setting.lua"
says "a configuration that is none" 1 "E0101" \
	"$unicc" rebuild --gauntlet none.lua

# A folder with all that is read, so that it can be moved and put in disorder.
mkdir source
"$unicc" bundle "$root/configs/hello.lua" --without-packages -o hello.tar \
	>.said 2>&1 &&
	tar xf hello.tar -C source &&
	cp "$unicc" source/catalogue/ && chmod 755 source/catalogue/unicc &&
	cp "$root/build/check/unicc-check" source/catalogue/build/check/
report "a folder for reprotest"
# The script is reprotest's to expand.
# shellcheck disable=SC2016
timeout 300 reprotest --vary=+all,-user_group,-kernel --min-cpus=1 -s source \
	'XDG_CACHE_HOME=$PWD/cache UNICC_SOURCES=$PWD/sources
	./catalogue/unicc config/hello.lua -o out' 'out/hello.*' >.said 2>&1
[ $? -eq 0 ] && grep -q '^Reproduction successful' .said
report "reprotest finds no difference"
finish
