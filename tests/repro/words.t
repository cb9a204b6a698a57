#!/bin/sh
# SPDX-License-Identifier: ISC
# No text of a configuration, whatever it holds, makes two images that differ
# have one root: a line break in it does not stand for another line.
. "$(dirname "$0")/../cli/cli.subr"
image='image { name = "h", platform = "qemu.microvm", memory = 4 * MiB'
cat >one.lua <<END
$image, layout = "unique", layout_seed = "x\\noption e text \\"v\\"" }
app = hello { message = "m" }
END
cat >two.lua <<END
$image, layout = "unique", layout_seed = "x" }
e = option { text = true, default = "v" }
app = hello { message = e == "v" and "m" or "m" }
END
sed 's/x\\noption e text \\"v\\"/x/' one.lua >three.lua
mkdir -p site/a 'site/b "c"
file x' && echo page >site/index.html
for name in one two three; do
	"$unicc" $name.lua -o $name >.said 2>&1
	report "$name"
	"$unicc" id $name | sed -n 's/^code  *//p' >$name.code
done
[ "$(cat ./*.code | sort -u | wc -l)" -eq 3 ]
report "a seed that holds a line of an option"

# The same files, but that one path holds what else would be the next row.
web() {
	cat <<END
$image }
nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "$1" }
END
}
web site >site.lua
echo a >'site/b "c"
file x/p'
cp -r site other
mv 'other/b "c"
file x' 'other/b "c"\nfile x'
web other >other.lua
for name in site other; do
	"$unicc" $name.lua -o $name.out >.said 2>&1
	report "content below $name/"
	"$unicc" id $name.out | sed -n 's/^code  *//p' >$name.code
done
! cmp -s site.code other.code
report "a path with a line break, and one with what stands for it"
finish
