#!/bin/sh
# SPDX-License-Identifier: ISC
# An image and a manifest may be anybody's: `id` and `run DIR` read them, say
# what is wrong, and let nothing in them become a word of a command.
. "$(dirname "$0")/cli.subr"
hello ok.lua
"$unicc" ok.lua >.said 2>&1
report "a build"

cp -r build/h moved
says "an image built elsewhere boots" 0 "exit 0" "$unicc" run moved
manifest() {
	printf '{"format":"unicc manifest 2",' >moved/h.manifest.json
	printf '"name":"%s","platform":"%s","memory_bytes":%s,' \
		"$1" "$2" "$3" >>moved/h.manifest.json
	printf '"instances":[{"name":"%s","module":"virtio_net",' \
		"$4" >>moved/h.manifest.json
	printf '"device_slot":%s}]}\n' "$5" >>moved/h.manifest.json
}
refuses() {
	says "$1" 4 "$2" "$unicc" run moved --print
}
manifest h qemu.microvm 2097152 nic 0
says "a manifest of this form is read" 0 "-netdev user,id=nic" \
	"$unicc" run moved --print
manifest h qemu.microvm 2097152 'n,guestfwd=tcp:10.0.2.9:80-cmd:id' 0
refuses "a name with QEMU's options" "no name of an instance"
manifest h qemu.microvm 2097152 '' 0
refuses "an empty name" "no name of an instance"
manifest ../../h qemu.microvm 2097152 nic 0
refuses "an image's name with a path" "no image"
manifest h qemu.q99 2097152 nic 0
refuses "a platform that is none" "names no platform"
for memory in 0 1 -1 1e300 '"x"' null 1e14; do
	manifest h qemu.microvm "$memory" nic 0
	refuses "memory $memory" "no memory"
done
for text in '' '{' '[]' null '"x"' '[[[['; do
	printf '%s' "$text" >moved/h.manifest.json
	refuses "'$text' as manifest" "moved/h.manifest.json: error E0606"
done
cp build/h/h.manifest.json moved/
rm moved/h.elf
refuses "no image beside the manifest" "moved/h.elf: error E0606"
says "a folder without an image" 4 "it holds no image" "$unicc" run .

mkfifo pipe
truncate -s 100G huge
head -c 3000 build/h/h.elf >cut.elf
ln -s loop loop
for file in /dev/null /dev/zero pipe; do
	says "id $file" 4 "$file: error E0606: it is no regular file" \
		"$unicc" id $file
done
says "id of a huge file" 4 "huge: error E0606: File too large" \
	"$unicc" id huge
says "id of an image cut short" 4 "cut.elf: error E0606: it is cut short" \
	"$unicc" id cut.elf
says "id of a folder" 4 "no file in it ends with .elf" "$unicc" id build
says "id of a link to itself" 2 "there is no file loop" "$unicc" id loop
says "id of nothing" 2 "there is no file none" "$unicc" id none
says "id of a program" 4 "error E0606" "$unicc" id /bin/sh
finish
