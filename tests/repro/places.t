#!/bin/sh
# SPDX-License-Identifier: ISC
# Two builds of web agree to the byte across folder, store, home, user mask,
# zone, locale, the compiler's variables, number of cores and age of the files;
# and none of their files names a place of this machine.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. "$root/tests/lib/tap.subr"

# catalogue FOLDER: all that unicc reads, as installed there.
catalogue() {
	mkdir -p "$1/build" &&
		cp -R "$root/unicc" "$root/build.lua" "$root/kernel" \
			"$root/drivers" "$root/stdlib" "$1/" &&
		cp -R "$root/build/check" "$1/build/"
}

# The sources are fetched once: what this test compares is built from them.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/unicc
sources() {
	mkdir -p "$1/unicc" && cp -R "$cache/sources" "$1/unicc/"
}

echo 1..11
"$root/unicc" "$root/configs/web.lua" -o "$scratch/first" \
	>"$scratch/log" 2>&1
report "web builds"

one=$scratch/one two="$scratch/an other/place's"
catalogue "$one" && catalogue "$two" && mkdir -p "$one/c" "$two/d/e" &&
	cp -R "$root/configs/web.lua" "$root/configs/site" "$one/c/" &&
	cp -R "$root/configs/web.lua" "$root/configs/site" "$two/d/e/" &&
	find "$two" -exec touch -h -d '2001-02-03 04:05:06' {} + &&
	sources "$one/cache" && sources "$two/home/.cache"
report "two catalogues lie in two places"

(
	cd "$one/c" && umask 022 && HOME=$one XDG_CACHE_HOME=$one/cache \
		TZ=UTC LC_ALL=C ../unicc web.lua
) >"$scratch/log" 2>&1
report "the first builds"
mkdir "$scratch/trap"
echo '#error the environment reached the compiler' >"$scratch/trap/stdint.h"
(
	unset XDG_CACHE_HOME
	CPATH=$scratch/trap C_INCLUDE_PATH=$scratch/trap SOURCE_DATE_EPOCH=1
	export CPATH C_INCLUDE_PATH SOURCE_DATE_EPOCH
	cd "$two/d" && umask 077 && HOME="$two/home" TZ=Asia/Kathmandu \
		LC_ALL=C.UTF-8 USER=somebody taskset -c 0 \
		../unicc e/web.lua -o "../out put"
) >"$scratch/log" 2>&1
report "the second builds, elsewhere and otherwise"

for end in elf debug manifest.json qemu spdx.json provenance.json; do
	cmp "$one/c/build/web/web.$end" "$two/out put/web.$end" \
		>"$scratch/log" 2>&1
	report "web.$end is the same"
done

! grep -rlaF -e "$scratch" -e "$root" -e "${HOME:-/root}" \
	"$one/c/build/web" "$one/cache/unicc/objects" >"$scratch/log" 2>&1
report "no file names a place of this machine"
