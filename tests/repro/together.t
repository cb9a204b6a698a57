#!/bin/sh
# SPDX-License-Identifier: ISC
# Builds that run at the same time share one empty store, and two of them one
# output folder: all succeed and agree, and nothing unfinished is left. An
# interrupted build leaves no output, and the next one is whole.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. "$root/tests/lib/tap.subr"

build() {
	"$root/unicc" "$root/configs/hello.lua" -o "$scratch/$1" \
		>>"$scratch/log" 2>&1
}

echo 1..6
"$root/unicc" "$root/configs/hello.lua" -o "$scratch/first" \
	>"$scratch/log" 2>&1
report "hello builds"
cache=${XDG_CACHE_HOME:-$HOME/.cache}/unicc
mkdir -p "$scratch/cache/unicc"
ln -s "$cache/sources" "$scratch/cache/unicc/sources"
XDG_CACHE_HOME=$scratch/cache
export XDG_CACHE_HOME

build a & one=$!
build b & two=$!
build b & three=$!
wait $one && wait $two && wait $three
report "three builds at once succeed"

agree() {
	for end in elf debug manifest.json; do
		cmp "$scratch/a/hello.$end" "$scratch/b/hello.$end" || return 1
		cmp "$scratch/a/hello.$end" "$scratch/first/hello.$end" ||
			return 1
	done
}
agree >>"$scratch/log" 2>&1
report "they agree with each other and with an earlier one"

[ -z "$(ls -A "$scratch/cache/unicc/work")" ] &&
	[ "$(ls "$scratch/b")" = "$(ls "$scratch/first")" ]
report "nothing unfinished is left"

rm -rf "$scratch/cache/unicc/objects" "$scratch/cache/unicc/links"
"$root/unicc" "$root/configs/hello.lua" -o "$scratch/c" \
	>>"$scratch/log" 2>&1 & build=$!
# The compiler is at work as soon as there is something unfinished.
while [ -z "$(ls -A "$scratch/cache/unicc/work")" ] && kill -0 $build; do
	:
done 2>>"$scratch/log"
kill -TERM $build 2>>"$scratch/log" && { wait $build; } 2>>"$scratch/log"
[ $? -eq 143 ] && [ ! -e "$scratch/c/hello.elf" ] && [ ! -e "$scratch/c/hello.debug" ]
report "an interrupted build leaves no output"

build c && cmp "$scratch/c/hello.elf" "$scratch/first/hello.elf" \
	>>"$scratch/log" 2>&1 && [ -z "$(ls -A "$scratch/cache/unicc/work")" ]
report "the next build is whole, and sweeps what was left"
