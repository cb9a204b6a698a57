#!/bin/sh
# SPDX-License-Identifier: ISC
# What an image is depends on what was asked for, not on how it was written:
# order, comments and lines of the configuration, comments and lines of a
# module's C change no byte of the image; one changed setting changes it.
set -u
root=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
. "$root/tests/lib/tap.subr"

build() {
	"$root/unicc" "$scratch/p/config.lua" >"$scratch/log" 2>&1
}

same() {
	cmp "$scratch/kept.elf" "$scratch/p/build/p/p.elf" >>"$scratch/log" 2>&1
}

echo 1..8
"$root/unicc" new "$scratch/p" --app >"$scratch/log" 2>&1 && build &&
	cp "$scratch/p/build/p/p.elf" "$scratch/kept.elf"
report "an application of one's own builds"

cat >"$scratch/p/config.lua" <<'END'
-- Another order, other lines, other comments.


main = app {
	count = 3,	-- three times
	greeting = "p is " .. "here",
}
image {
	memory   = 2048 * KiB,
	platform = "qemu.microvm", name = "p",
}
END
build && same
report "order, lines and comments of the configuration change nothing"

sed -i '1i /* One more\n * comment. */\n\n' "$scratch/p/app/app.c" &&
	sed -i 's/\tint i;/\tint\n\t\ti; \/\/ counts/' "$scratch/p/app/app.c" &&
	build && same
report "comments and lines of a module's C change nothing"

grep -q counts "$scratch/p/app/app.c"
report "(and the C was edited)"

sed -i 's/count = 3/count = 4/' "$scratch/p/config.lua" && build && ! same
report "a changed setting changes the image"

sed -i 's/count = 4/count = 3/' "$scratch/p/config.lua" && build && same
report "set back, the image is the first one again"

code() {
	"$root/unicc" id "$scratch/p/build/p" | sed -n 's/^code  *//p'
}
before=$(code)
sed -i 's/\bi\b/j/g' "$scratch/p/app/app.c" && build &&
	[ -n "$before" ] && [ "$before" != "$(code)" ]
report "another token changes the code root"

before=$(stat -c %Y.%i "$scratch/p/build/p"/p.*) && build &&
	[ "$before" = "$(stat -c %Y.%i "$scratch/p/build/p"/p.*)" ]
report "nothing changed: no file is written again"
