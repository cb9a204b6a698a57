# SPDX-License-Identifier: ISC
# A byte of the image's header, a host file, and bytes behind the image.
. tests/reject/verify.subr
flip $out/hello.elf 24
flip $out/hello.qemu 3
"$UNICC" verify $out
"$UNICC" configs/hello.lua -o $out 2>/dev/null
echo >>$out/hello.elf
"$UNICC" verify $out
rm $out/hello.manifest.json
"$UNICC" verify $out
"$UNICC" verify configs/hello.lua
