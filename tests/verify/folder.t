#!/bin/sh
# SPDX-License-Identifier: ISC
# What lies in an image's folder and is not the image's is told of: C that was
# not compiled, files for hosts that it is not for, and whatever else.
. "$(dirname "$0")/../cli/cli.subr"
hello h.lua
"$unicc" h.lua >.said 2>&1
report "a build"
copy() {
	rm -rf bad
	cp -r build/h bad
}
# told NAME STATUS TEXT: about the folder bad.
told() {
	says "$1" "$2" "$3" "$unicc" verify bad
}
lacks() {
	! grep -q "$1" .said
	report "$2"
}
copy
told "generated C" 0 "bad/generated: contract.s, greeting.c, kernel.c, \
machine.c, uart.c: intact, but comments are in no hash"
lacks "not covered" "all of a build is covered"
sed -i 's/origin/& or not/; s/^/ /' bad/generated/greeting.c
echo "/* more */" >>bad/generated/greeting.c
told "a comment" 0 "intact, origin unproven"
sed -i 's/"x"/"y"/' bad/generated/greeting.c
told "another value" 4 \
	"bad/generated/greeting.c: error E0607: it is not the C that was compiled"
says "as JSON" 4 '"state":	"changed"' "$unicc" verify --json bad
copy
rm bad/generated/greeting.c
told "less" 0 "generated: greeting.c: not here"
mkfifo bad/generated/greeting.c
told "a pipe" 4 "generated/greeting.c: error E0607: it is no regular file"
rm bad/generated/greeting.c
ln -s .. bad/generated/loop
echo "int x;" >bad/generated/more.c
told "more" 0 "more.c: not covered"
rm -r bad/generated
ln -s generated bad/generated
told "a link to itself" 0 "intact, origin unproven"
rm bad/generated
echo >bad/generated
told "a file" 0 "uart.c: not here"
rm -r bad/generated
told "none" 0 "intact, origin unproven"

copy
echo "kernel = 'h.elf'" >bad/h.xl
told "a file for another host" 4 \
	"bad/h.xl: error E0607: no such file belongs to this image"
says "to one who names the image" 4 "bad/h.xl: not the image's" \
	"$unicc" verify bad/h.elf
copy
echo >bad/h.xml
echo >bad/notes
touch "bad/$(printf 'a\033[2Jb\nh.elf: intact')" bad/h.sig
told "any other file" 0 "bad/notes: not covered"
grep -qF 'bad/a\x1b[2Jb\x0ah.elf: intact: not covered' .said
report "none moves the cursor or breaks a line"
grep -q "^bad/h.xml: not covered" .said
report "nor does its name make it the image's"
lacks "h.sig" "a signature is what --key asks for"
for i in $(seq 30); do
	echo >"bad/file$i"
done
told "many files" 0 "and 13 more files are not covered"
says "who names the image is not told of others" 0 "h.xml: not covered" \
	"$unicc" verify bad/h.elf
lacks "notes" "and they are not"

sed 's/qemu.microvm/xen.pvh/' h.lua >x.lua
"$unicc" x.lua -o out >.said 2>&1 && [ -e out/h.xl ] &&
	"$unicc" h.lua -o out >.said 2>&1 && [ ! -e out/h.xl ] &&
	[ ! -e out/h.libvirt.xml ] && [ -e out/h.qemu ]
report "a build leaves no files for hosts of an earlier one"
says "it is whole" 0 "intact, origin unproven" "$unicc" verify out
finish
