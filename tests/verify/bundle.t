#!/bin/sh
# SPDX-License-Identifier: ISC
# A bundle holds all that a build is made from: it builds elsewhere, without a
# network, to the same bytes. One that is not as unicc writes it is refused.
. "$(dirname "$0")/../cli/cli.subr"
XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}
export XDG_CACHE_HOME

# A configuration with everything: an included file, options from a file,
# content beside it, a module of its own.
mkdir -p deep/er/app deep/site
echo '<p>page' >deep/site/index.html
cat >deep/er/c.lua <<'END'
word = option { text = true, default = "x" }
size = option { int = true, default = 1 }
image { name = "all", platform = "qemu.microvm", memory = 4 * MiB }
include "rest.lua"
include "../more.lua"
main = app { word = word, size = size }
END
cat >deep/er/rest.lua <<'END'
nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
END
echo 'www = httpd { stack = ip, content = "../site" }' >deep/more.lua
echo 'SIZE=7' >deep/er/dotenv
cat >deep/er/app/module.lua <<'END'
return module {
  summary   = "All of it",
  requires  = { console = "console" },
  sources   = { "app.c" },
  hooks     = { "start" },
  functions = { judge = "text (u32 size)" },
  checks    = { { "judge", "size" } },
  settings  = {
    text "word" { default = "", max = 9, doc = "A word." },
    int "size" { default = 1, range = { 1, 9 }, doc = "A number." },
  },
}
END
printf '#include "app.h"\nint\napp_start(void)\n{\n\treturn ZERO;\n}\n' \
	>deep/er/app/app.c
echo '#define ZERO 0' >deep/er/app/app.h
cat >deep/er/app/check.c <<'END'
#include <unicc/types.h>
#include "app.h"
const char *app_judge(uint32_t size);
const char *
app_judge(uint32_t size)
{
	return size == ZERO ? "none" : (const char *)0;
}
END

says "a bundle" 0 "one.tar: " sh -c "$(cat <<END
"$unicc" bundle deep/er/c.lua --set word=y --env deep/er/dotenv \
	--without-packages -o one.tar
END
)"
cp -r deep moved
(cd moved/er && "$unicc" bundle c.lua --set word=y --env dotenv \
	--without-packages -o ../../two.tar) >.said 2>&1 &&
	cmp one.tar two.tar >>.said 2>&1
report "from another place it is the same to the byte"
tar tf one.tar >.said && for file in bundle.json config/er/c.lua \
	config/er/rest.lua config/more.lua config/er/dotenv config/er/app/module.lua \
	config/er/app/app.h config/er/app/check.c config/site/index.html \
	catalogue/build.lua sources/musl_1.2.3.orig.tar.gz output/all.elf \
	program/unicc; do
	grep -qx "$file" .said || exit 1
done
report "all is in it"
! grep -q 'unicc-check\|\.cache' .said
report "nothing is in it that would run unconfined"
tar xOf one.tar bundle.json | tee .said |
	grep -q '"name":	"clang-19"' && grep -q '"version":	' .said
report "the compiler's package is named"
for name in liblua5.4-0 libcjson1 libnettle8 libdw1 libelf1 libcapstone4 libffi8 \
	xz-utils patch; do
	grep -q "\"name\":	\"$name\"" .said || echo "$name is not"
done >missing
tar xOf one.tar bundle.json >.said
cat missing >>.said
[ ! -s missing ]
report "and those without which unicc does not start, or unpacks no sources"
"$unicc" bundle "$root/configs/hello-xen.lua" --without-packages -o xen.tar \
	>.said 2>&1 && tar xOf xen.tar bundle.json | tee .said |
	grep -q '"name":	"libxen-dev"'
report "the headers of a platform are told of by their package"

rm -rf deep moved
says "it builds where nothing of it is left" 0 \
	" files are the same to the byte" \
	"$unicc" rebuild one.tar -o out
grep -q "^manifest  $("$unicc" id --root out)$" .said
report "the root that somebody may have signed is told"
says "what it built is an image" 0 "intact, origin unproven" \
	"$unicc" verify out
"$unicc" rebuild one.tar --json >.said 2>&1 &&
	grep -q '"same":	\["all.debug", .*"all.elf"' .said &&
	grep -q '"different":	\[\]' .said
report "as JSON"

# A package that is on no mirror any more is packed as it is installed.
mkdir repacked
for n in 1 2; do
	(umask 07$n; sh "$root/host/repack" patch "$PWD/repacked" \
		"$PWD/repacked/$n.deb") >.said 2>&1
done
cmp repacked/1.deb repacked/2.deb >>.said 2>&1 &&
	dpkg-deb --fsys-tarfile repacked/1.deb | tar tf - |
	sed 's#^\.##; s#/$##' | grep . | sort >has &&
	dpkg-query -L patch | grep -vx '/\.' | sort >is &&
	diff has is >>.said && dpkg-deb -f repacked/1.deb Version >>.said &&
	dpkg-query -W -f '${Version}\n' patch | grep -qxFf - .said
report "with all its files and its version, each time the same"
dpkg-deb --fsys-tarfile repacked/1.deb | tar xOf - ./usr/bin/patch |
	cmp - /usr/bin/patch >.said 2>&1
report "and what is in them"

# Without a network: the name server and every address are out of reach.
if unshare --net true 2>/dev/null; then
	says "without a network" 0 "built again" \
		unshare --net "$unicc" rebuild one.tar
else
	says "without a network" 0 "built again" unshare --user \
		--map-root-user --net "$unicc" rebuild one.tar
fi

mkdir t
cd t || exit 1
tar xf ../one.tar
sed -i 's/"word",/"word" ,/' bundle.json
cd ..
# pack: t as a tar in the form of a bundle, with a name changed.
pack() {
	(cd t && find . -type f | LC_ALL=C sort | sed 's#^\./##' |
		tar --format=ustar --mtime=@0 --owner=0 --group=0 \
		--numeric-owner --mode=0644 "$@" -T - -cf ../bad.tar)
}
refuses() {
	says "$1" 4 "$2" "$unicc" rebuild bad.tar
}
# What GNU tar writes differs from a bundle in its padding and its header only.
pack
refuses "another program's tar" "bad.tar: error E1004"
head -c 100000 one.tar >bad.tar
refuses "half a bundle" "E1004: it is cut short"
(cat one.tar; echo) >bad.tar
refuses "a byte more" "E1004"
printf 'image' | cat - one.tar >bad.tar
refuses "no tar" "it is no tar file of unicc"
LC_ALL=C sed 's#config/er/rest.lua#config/../../st.lua#' one.tar >bad.tar
refuses "a path that leads out" "E1004"
LC_ALL=C sed 's/<p>page/<p>PAGE/' one.tar >bad.tar
refuses "a changed file" \
	"config/site/index.html: its SHA-256 is not the one in bundle.json"
: >bad.tar
refuses "nothing" "it is cut short"
truncate -s 100G bad.tar
refuses "a huge one" "File too large"
rm bad.tar
mkdir bad.tar
refuses "a folder" "E1004"
rm -r bad.tar
refuses "none" "No such file"

# A stranger's, whole and with good hashes.
cat >again <<'END'
use strict;
use warnings;
use Digest::SHA 'sha256_hex';
my ($change) = @ARGV;
local $/;
my ($tar, %files) = (<STDIN>);
for (my $at = 0; substr($tar, $at, 1) ne "\0";) {
	my ($name, $size, $prefix) =
		unpack 'Z100 x24 Z12 x209 Z155', substr $tar, $at, 512;
	$name = "$prefix/$name" if $prefix ne '';
	$files{$name} = substr $tar, $at + 512, oct $size;
	$at += 512 + 512 * int((oct($size) + 511) / 512);
}
delete $files{'output/all.elf'} if $change eq 'image';
$files{'catalogue/build.lua'} =~ s/"-Oz",$/"-O2",/m if $change eq 'flags';
$files{'bundle.json'} =~ s/("unicc":\t)"[^"]+"/$1"9.9"/ if $change eq 'unicc';
$files{'packages/patch.deb'} = 'evil' if $change =~ /package|stranger/;
$files{'bundle.json'} =~
	s/"file":\t"patch_[^"]+"/"file":"patch.deb","sha256":"00"/
	if $change eq 'package';
$files{'bundle.json'} =~ s/"files":.*\]/'"files": [' . join(',', map {
	qq({"name":"$_","sha256":") . sha256_hex($files{$_}) . '"}' }
	grep { $_ ne 'bundle.json' } sort keys %files) . ']'/se;
for my $name (sort keys %files) {
	my ($size, $prefix) = (length $files{$name}, '');
	my $short = $name;
	($prefix, $short) = $name =~ m{^(.{1,155})/(.{1,100})$}
		if length $name > 100;
	my $head = pack 'a100a8a8a8a12a12A8a1x100a8x80a155x12', $short,
		'0000644', '0000000', '0000000', sprintf('%011o', $size),
		'00000000000', '', '0', "ustar\00000", $prefix;
	substr($head, 148, 8) = sprintf "%06o\0 ", unpack '%32C*', $head;
	print $head, $files{$name}, "\0" x (-$size % 512);
}
print "\0" x 1024;
END
perl again nothing <one.tar >bad.tar
says "one that is only packed again" 0 "built again" "$unicc" rebuild bad.tar
perl again flags <one.tar >bad.tar
refuses "flags of its own for the compiler" \
	"catalogue/build.lua: it is not the one of this unicc"
perl again unicc <one.tar >bad.tar
refuses "one of another unicc" "E1009: unicc 9.9 wrote it; this is unicc"
perl again package <one.tar >bad.tar
refuses "a package that is not the one told of" \
	"packages/patch.deb: it is not the package that bundle.json tells of"
perl again stranger <one.tar >bad.tar
refuses "a package that is not told of" \
	"packages: bundle.json does not tell of each package once"
perl again image <one.tar >bad.tar
refuses "one without an image" "output/: it holds no image that was built"

cat >abs.lua <<END
image { name = "a", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "/opt/unicc-no-such" }
END
says "a configuration with an error" 1 "E0401" "$unicc" bundle abs.lua -o b.tar
mkfifo pipe
says "a pipe is no place for one, nor a device" 3 \
	"pipe: error E0605: it is there already, and no regular file" \
	"$unicc" bundle abs.lua -o pipe
[ -p pipe ]
report "and stays what it is"
says "no output named" 2 "into which file?" "$unicc" bundle abs.lua
says "a configuration, no bundle" 2 "only with --gauntlet" \
	"$unicc" rebuild abs.lua
[ ! -e b.tar ]
report "and nothing is written"
finish
