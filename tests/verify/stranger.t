#!/bin/sh
# SPDX-License-Identifier: ISC
# Verification needs no compiler, no catalogue and no cache, and takes an image
# from anybody: cut short, huge, foreign, alone, or moved.
. "$(dirname "$0")/../cli/cli.subr"
hello ok.lua
"$unicc" ok.lua >.said 2>&1
report "a build"

mkdir -p far none
cp "$unicc" far/
cat >alone <<END
#!/bin/sh
exec env -i PATH="$scratch/none" HOME=/nowhere "$scratch/far/unicc" "\$@"
END
chmod +x alone
says "there is no tool and no catalogue" 0 "intact, origin unproven" \
	./alone verify build/h
says "the image by its own name" 0 "h.debug: intact" ./alone verify build/h/h.elf
says "by its debug file" 0 "h.debug: intact" ./alone verify build/h/h.debug
says "by its manifest" 0 "h.debug: intact" \
	./alone verify build/h/h.manifest.json
says "as JSON" 0 '"is_intact":	true' ./alone verify build/h --json

mkdir moved
cp build/h/h.elf build/h/h.manifest.json moved/
says "files that were left behind" 0 "h.debug: not here" ./alone verify moved
rm moved/h.manifest.json
says "an image alone" 0 "none beside it" ./alone verify moved
mv moved/h.elf moved/renamed
says "under another name" 0 "intact, origin unproven" ./alone verify moved/renamed

refused() {
	says "$1" 4 "$2" ./alone verify bad
}
bad() {
	rm -rf bad
	cp -r build/h bad
}
bad
truncate -s -1 bad/h.elf
refused "one byte less" "data: it is cut short"
bad
truncate -s 0 bad/h.elf
refused "no byte at all" "header: it is cut short"
bad
truncate -s 100G bad/h.elf
refused "a huge image" "h.elf: error E0606: File too large"
bad
truncate -s 100G bad/h.debug
refused "a huge debug file" "h.debug: error E0607: File too large"
bad
cp /bin/sh bad/h.elf
refused "another program" "error E0607: header"
bad
rm bad/h.qemu
mkdir bad/h.qemu
refused "a folder in place of a file" "h.qemu: error E0607"
bad
rm bad/h.manifest.json
mkfifo bad/h.manifest.json
refused "a pipe as manifest" "h.manifest.json: error E0608"
bad
head -c 5000 build/h/h.manifest.json >bad/h.manifest.json
refused "half a manifest" "it is no JSON from here on"
bad
tr '\n' ' ' <build/h/h.manifest.json >bad/h.manifest.json
refused "a manifest on one line" "this is not as unicc writes it"
says "no folder" 4 "error E0606" ./alone verify nothing
says "a configuration" 4 "it is no ELF file" ./alone verify ok.lua
finish
