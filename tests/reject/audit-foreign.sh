# SPDX-License-Identifier: ISC
# An image without its files, with another's, and with damaged ones.
folder=build/reject/audit
rm -rf $folder
mkdir -p $folder
"$UNICC" configs/hello.lua -o $folder/whole 2>/dev/null
spoiled() {
	rm -rf $folder/$1
	cp -R $folder/whole $folder/$1
}
spoiled alone
rm $folder/alone/hello.debug
"$UNICC" audit $folder/alone
spoiled changed
printf X | dd of=$folder/changed/hello.elf bs=1 seek=3000 conv=notrunc status=none
"$UNICC" audit $folder/changed
spoiled old
echo '{"format":"unicc audit 0"}' >$folder/old/audit.json
"$UNICC" audit $folder/old
spoiled moved
sed 's/^\[1048576,\([0-9]*\),/[1048577,\1,/' $folder/whole/audit.json \
	>$folder/moved/audit.json
"$UNICC" audit $folder/moved/hello.elf
