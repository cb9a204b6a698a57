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
spoiled other
sed -i 's/"is_always":false/"is_always":true/' $folder/other/audit.json
"$UNICC" why $folder/other strlen
"$UNICC" affected $folder/other strlen
rm $folder/other/hello.manifest.json
"$UNICC" why $folder/other strlen
# The rest is a forger's: the manifest vouches for what was changed.
forge() {
	perl -Itests/lib -MForge -e 'Forge::folder(@ARGV)' $folder/$1
}
spoiled old
printf '{"format":"unicc audit 0",\n"config_lines":[]}' >$folder/old/audit.json
forge old
"$UNICC" audit $folder/old
spoiled moved
sed 's/^\[1048576,\([0-9]*\),/[1048577,\1,/' $folder/whole/audit.json \
	>$folder/moved/audit.json
forge moved
"$UNICC" audit $folder/moved/hello.elf
