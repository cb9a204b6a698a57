#!/bin/sh
# SPDX-License-Identifier: ISC
# Whatever surrounds a build, it gives the same bytes; where a module's C or a
# tool makes it give others, the gauntlet names what it depends on and where it
# shows. Debian's reprotest, with its file system in disorder, is a second witness.
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

# A linker that lets all that is varied into what it links, a symbol each. Of the
# environment a tool sees little, so most of it can change nothing.
mkdir tools
linker=$(command -v ld.lld-19)
cat >tools/ld.lld-19 <<END
#!/bin/sh
case "\$*" in *--version*) exec $linker "\$@" ;; esac
plant() {
	echo "--defsym planted_\$1=\$(echo "\$2" | cksum | cut -d ' ' -f 1)"
}
up=\${PWD%/cache/*}
exec $linker "\$@" \$(
	plant directory "\$PWD"
	plant home "\$HOME"
	plant umask "\$(umask)"
	plant time "\$(date +%Y)"
	plant zone "\$(date +%Z)"
	plant locale "\$LC_ALL \$LANG"
	plant host "\$(uname -n)"
	plant cores "\$(nproc)"
	plant order "\$(ls -U "\$up/catalogue/kernel/include/unicc")"
	plant addresses "\$(cat /proc/self/personality)"
	plant environment "\$CFLAGS \$NOISE"
	plant user "\$(id -u)")
END
chmod 755 tools/ld.lld-19
chmod 711 "$scratch"
PATH=$scratch/tools:$PATH timeout 300 "$unicc" rebuild --gauntlet \
	"$root/configs/hello.lua" >.said 2>&1
[ $? -eq 4 ]
report "a linker that looks around"
for name in directory home umask time host cores order addresses user; do
	grep -q "^$name  *differs .*hello\.debug" .said &&
		grep -q "error E1006: $name: with .*, hello\.debug: \.symtab" \
			.said
	report "$name: what depends on it is found"
done
grep -q "^everything  *differs .*hello\.debug" .said
report "all of them at once"
grep -q "hello\.elf" .said
[ $? -ne 0 ]
report "and where it does not show"
for name in again zone locale environment; do
	grep -q "^$name  *same " .said
	report "$name: it cannot be seen"
done

# Another linker of that name is another linker, though one was known already.
"$unicc" "$root/configs/hello.lua" -o usual >.said 2>&1 &&
	PATH=$scratch/tools:$PATH "$unicc" "$root/configs/hello.lua" -o other \
		>.said 2>&1
report "a build with another linker"
for folder in usual other; do
	grep -A 3 '"name":	"ld.lld-19"' $folder/hello.manifest.json |
		grep sha256 >$folder.linker
done
[ -s usual.linker ] && ! cmp -s usual.linker other.linker
report "which is told"

# Without what makes them, some are not made, and nothing hides that.
mkdir few
for tool in clang-19 ld.lld-19 ninja env sh cp rm true ls locale taskset; do
	ln -s "$(command -v $tool)" few/
done
PATH=$scratch/few "$unicc" rebuild --gauntlet "$root/configs/hello.lua" \
	--only time --only everything >.said 2>&1
report "with few tools"
grep -q "^time  *not made .*there is no faketime: apt-get install faketime" .said
report "what is missing is said"
grep -q "^everything  *same .*all but time, host, .*user" .said
report "and what is left of all of them at once"

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
	./catalogue/unicc config/hello.lua -o out' 'out/hello.* out/audit.json' \
	>.said 2>&1
[ $? -eq 0 ] && grep -q '^Reproduction successful' .said
report "reprotest finds no difference"
finish
