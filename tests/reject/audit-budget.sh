# SPDX-License-Identifier: ISC
# Over each budget; numbers change with every line of code.
out=build/reject/audit-budget
rm -rf $out
mkdir -p $out
cat >$out/config.lua <<'END'
image { name = "small", platform = "qemu.microvm", memory = 4 * MiB,
  budget = { text = 1 * KiB, file = 2 * KiB, memory = 1 * MiB, data = 1,
    constants = 100 } }
app = hello { message = "Hello" }
END
"$UNICC" $out/config.lua 2>$out/said
status=$?
sed -e '/^  *[0-9][0-9]*  /d' -e 's/takes [0-9]*/takes N/' \
	-e 's/= [0-9]* \*/= N */' $out/said >&2
[ ! -e $out/build/small/small.elf ] || echo "an image was left" >&2
exit $status
