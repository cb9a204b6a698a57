# SPDX-License-Identifier: ISC
# The flags of the first segment, 4 bytes into the first program header: code
# that can be written.
out=build/reject/audit-writable
rm -rf $out
"$UNICC" configs/hello.lua -o $out 2>/dev/null
printf '\007' | dd of=$out/hello.elf bs=1 seek=68 conv=notrunc status=none
"$UNICC" audit $out 2>&1 | sed 's/the [0-9]* bytes/the N bytes/' >&2
exit 4
