#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A manifest whose root holds, and which says of the image what is not so, is
# refused: its parts, its file, its name, its devices, its sealed values. It need
# not be read for that by somebody who has the configuration.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Audit;
use Forge;
use Guest;
use Test::More;

my $unicc = Audit::enter('verify-said');
Audit::put('web.lua', <<'LUA');
image { name = "web", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net { mac = sealed() }
ip = tcpip { net = nic, address = sealed("10.0.2.15/24") }
www = httpd { stack = ip, content = "site" }
LUA
is(Audit::build('web.lua', 'web'), '', 'an image');

sub verify {
	my ($folder) = @_;
	my $said = `$unicc verify $folder 2>&1`;
	return ($? >> 8, $said);
}

sub copy {
	system 'rm', '-rf', 'bad';
	system 'cp', '-R', 'web', 'bad';
}

# A change of the manifest's text, and what is said of it.
sub lie {
	my ($name, $change, $pattern) = @_;
	copy();
	my $before = Audit::slurp('bad/web.manifest.json');
	Forge::folder('bad', $change);
	isnt(Audit::slurp('bad/web.manifest.json'), $before, "$name: a change");
	my ($status, $said) = verify('bad');
	is($status, 4, "$name: status 4");
	like($said, qr/manifest\.json: error E0608: $pattern/, "$name: what is said");
	unlike($said, qr/^intact/m, "$name: nothing is called intact");
}

Forge::folder('web');
my ($status, $said) = verify('web');
is($status, 0, 'forged to the same') or diag($said);

# ---- Of its bytes -------------------------------------------------------------

my $nothing = '0' x 64;
lie("a segment's hash", sub { $_[0] =~ s/("segments":.*?"sha256":\t")\w+/$1$nothing/sr },
    qr/segments: it is not what the image says/);
lie("a segment's place", sub { $_[0] =~ s/("segments":.*?"address":\t)\d+/${1}4096/sr },
    qr/segments: /);
lie("a part's name", sub { $_[0] =~ s/"note Xen 18"/"note Xen 17"/r }, qr/parts: /);
lie('all of it secrets', sub { $_[0] =~ s/"parts":\t\[.*?\]/"parts":\t[{
			"name":	"secrets",
			"offset":	0,
			"bytes":	@{[-s 'bad\/web.elf']}
		}]/sr }, qr/parts: /);
lie("the file's hash", sub { $_[0] =~ s/("web\.elf",.*?"sha256":\t")\w+/$1$nothing/sr },
    qr/files: what it says of web\.elf is not so/);
lie("the file's size", sub { $_[0] =~ s/("web\.elf",\s*"bytes":\t)\d+/${1}1/sr },
    qr/files: what it says of web\.elf is not so/);
lie("a file's size", sub { $_[0] =~ s/("web\.qemu",\s*"bytes":\t)\d+/${1}1/sr },
    qr/files: what it says of the size of web\.qemu is not so/);
lie('no files', sub { $_[0] =~ s/"files":\t\[.*?\]/"files":\t[]/sr },
    qr/files: web\.elf is missing/);
lie('files of another type', sub { $_[0] =~ s/"files":\t\[.*?\]/"files":\t"x"/sr },
    qr/files: it is of another type/);
for my $field (qw(platform memory_bytes segments sealed instances toolchain)) {
	lie("no $field", sub { $_[0] =~ s/\t"$field":\t(?:"[^"]*"|\d+|\[.*?\n?\t?(?<!\t)\]),\n(?=\t")//sr },
	    qr/$field: it is missing/);
}
lie('a sealed leaf', sub { $_[0] =~ s/("sealed":\t")\w+/$1$nothing/r },
    qr/fingerprint/);

# ---- Of its machine -----------------------------------------------------------

lie('another name', sub { $_[0] =~ s/^(\t"name":\t)"web"/$1"wob"/mr },
    qr/name: it is about wob\.elf, and the image here is web\.elf/);
lie('another device', sub { $_[0] =~ s/"virtio_net"/"netfront"/r },
    qr/instances: its devices are not those of the image's contract/);
lie('another slot', sub { $_[0] =~ s/("device_slot":\t)0/${1}1/r },
    qr/instances: its devices/);
lie('no device', sub { $_[0] =~ s/\s*"device_slot":\t\d+,//r },
    qr/instances: it lacks devices/);

# ---- Of sealed values ---------------------------------------------------------

lie('another value', sub { $_[0] =~ s/10\.0\.2\.15/10.0.2.16/r },
    qr/sealed: what it says of ip\.address is not what the image holds/);
lie('a value of an empty slot', sub { $_[0] =~ s/"value":\tnull/"value":\t"52:54:00:00:00:01"/r },
    qr/sealed: what it says of nic\.mac/);
lie('no value', sub { $_[0] =~ s/"value":\t"10\.0\.2\.15.24"/"value":\tnull/r },
    qr/sealed: what it says of ip\.address/);
lie('another type', sub { $_[0] =~ s/"cidr"/"text"/r }, qr/sealed: /);
lie('no such type', sub { $_[0] =~ s/"cidr"/"list"/r }, qr/sealed: /);
lie('another place', sub { $_[0] =~ s/("mac",\s*"offset":\t)\d+/${1}64/r },
    qr/sealed: /);
lie('fewer', sub { $_[0] =~ s/, \{\s*"name":\t"nic\.mac".*?\}//sr },
    qr/sealed: the image has more of them/);

# ---- Of many instances, which other commands read -----------------------------

sub repeated {
	my ($times, $is_same) = @_;
	copy();
	Forge::folder('bad', sub {
		my ($start, $rows, $end) =
		    $_[0] =~ /\A(.*"instances":\t\[)(.*?)(\],\n\t"toolchain".*)\z/s
		    or die;
		my $rest = $rows =~ s/\s*"device_slot":\t\d+,//gr;
		$start . join(', ', $rows, map {
			my $n = $is_same ? '' : 'x' x ($_ % 26) . "n$_";
			$rest =~ s/(\{\s*"name":\t"\w+)(",\s*"module")/$1$n$2/gr
		} 1 .. $times) . $end;
	});
}
for my $words ('run --print bad', 'seal bad --set ip.address=10.0.0.1/8 -o out',
	'package bad --for qemu -o out') {
	repeated(1, 1);
	my $said = `timeout 60 $unicc $words 2>&1`;
	is($? >> 8, 4, "$words: one name twice: status 4");
	like($said, qr/error E0606: \w+: it is there twice/, "$words: it is told");
	repeated(2000, 0);
	$said = `timeout 60 $unicc $words 2>&1`;
	isnt($? >> 8, 124, "$words: 16,000 instances take no minute");
}

# ---- Other names --------------------------------------------------------------

copy();
rename 'bad/web.elf', 'bad/prod.elf';
rename 'bad/web.manifest.json', 'bad/prod.manifest.json';
Audit::put('bad/prod.qemu', "exec qemu -kernel evil.elf\n");
($status, $said) = verify('bad');
is($status, 4, 'an image and its manifest under another name: status 4');
like($said, qr/name: it is about web\.elf, and the image here is prod\.elf/,
     'that is told');
like($said, qr/bad\/prod\.qemu: error E0607: no such file belongs to this/,
     'and so is the file for a host');
copy();
Forge::folder('bad', sub { $_[0] =~ s/("files":\t\[)/$1\{
			"name":	"evil.elf",
			"bytes":	1,
			"sha256":	"$nothing"
		}, /r });
Audit::put('bad/evil.elf', 'x');
($status, $said) = Guest::unicc('verify', 'bad/web.elf');
like($said, qr/evil\.elf: error E0607/, 'no other file counts as the image');

# ---- All types, filled --------------------------------------------------------

is(Audit::build("$Bin/../sealed/every.lua", 'every'), '', 'every type');
($status, $said) = Guest::unicc('seal', 'every', '--modules', "$Bin/../sealed",
	map({ ('--set', "one.$_") } 'loud=false', 'count=-4',
	    'wide=-9007199254740992', 'room=1MiB', 'pause=0', 'port=1',
	    'colour=red', 'name=', 'peer=10.0.0.255', 'far=fe80::',
	    'network=10.0.0.1/8', 'card=fe:ff:00:00:00:01'), '-o', 'sealed');
is($status, 0, 'they are sealed') or diag($said);
for my $folder (qw(every sealed)) {
	($status, $said) = verify($folder);
	is($status, 0, "$folder verifies") or diag($said);
}
my @values = Audit::slurp('sealed/every.manifest.json') =~
    /"value":\t"([^"]*)"(?=\s*\})/g;
cmp_ok(scalar @values, '>=', 10, 'values are told');
done_testing();
