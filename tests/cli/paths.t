#!/bin/sh
# SPDX-License-Identifier: ISC
# A folder may be called anything that ninja's files can hold; what is built
# does not depend on it. Files that are not unicc's are left alone.
. "$(dirname "$0")/cli.subr"
mkdir plain
hello 'plain/c g.lua'
"$unicc" 'plain/c g.lua' >.said 2>&1
report "a plain path"

latin=$(printf 'lat\351')
long=$(printf '%0200d' 0)
for name in 'a b' "q'uo\"te" 'e=q' 'd$x' 'ütf' "$latin" 'b\s:#%*?[x]|&;<>' \
	'-dash' "$long"; do
	mkdir "./$name"
	hello "./$name/c g.lua"
	timeout 60 "$unicc" "./$name/c g.lua" >.said 2>&1 &&
		for end in elf debug manifest.json; do
			cmp "plain/build/h/h.$end" \
				"./$name/build/h/h.$end" || break
		done >>.said 2>&1 &&
		! grep -q differ .said
	report "'$name': built, with the same bytes"
	says "'$name': its own command boots it" 0 "exit 0" \
		"$unicc" run "./$name/build/h"
done

broken='line
break'
mkdir "$broken"
hello "$broken/c.lua"
says "a line break in a path" 1 \
	"error E0111: $scratch/line\\x0abreak/c.lua: a path with a line break" \
	"$unicc" "$broken/c.lua"
says "a line break in an output" 1 "a path with a line break" \
	"$unicc" 'plain/c g.lua' -o "$broken/out"
[ ! -e "$broken/build" ] && [ ! -e "$broken/out" ]
report "neither writes anything"

"$unicc" "./$latin/no.lua" --errors=json >.said 2>&1
perl -MJSON::PP -e 'decode_json(do { local $/; <> })' .said 2>>.said
report "an error about a path that is no UTF-8 is JSON"

mkdir home
hello home/c.lua
echo mine >home/draft.unfinished
echo mine >home/h.elf.unfinished.notes
echo old >home/h.elf.unfinished.aB3dE6
"$unicc" home/c.lua -o home >.said 2>&1 && [ -e home/h.elf ] &&
	[ -e home/c.lua ] && [ -e home/draft.unfinished ] &&
	[ -e home/h.elf.unfinished.notes ] &&
	[ ! -e home/h.elf.unfinished.aB3dE6 ]
report "the folder of the source as output keeps what is the user's"

truncate -s 100G huge.lua
says "a file too large to be one" 1 "huge.lua: error E0101: File too large" \
	"$unicc" huge.lua
mkfifo pipe.lua
says "a pipe as configuration" 1 "pipe.lua: error E0101: it is no regular" \
	"$unicc" pipe.lua
mkdir dir.lua
says "a folder called .lua" 1 "dir.lua: error E0101: Is a directory" \
	"$unicc" dir.lua
printf '\357\273\277' >bom.lua
hello rest.lua
sed 's/$/\r/' rest.lua >>bom.lua
says "a byte order mark and CRLF" 0 "exit status 0" "$unicc" check bom.lua
says "another file called .lua" 1 "error E0102" "$unicc" check /bin/sh
finish
