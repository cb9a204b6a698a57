#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Whatever is wrong with a seal is told, by a status that says whose fault it is,
# and nothing is written: what is asked for, where to, the image, its manifest.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Copy qw(cp);
use File::Temp qw(tempdir);
use Forge;
use Guest;
use Test::More;

my $folder = tempdir(CLEANUP => 1);
chdir $folder or die "$folder: $!";
symlink "$Bin/every", 'every' or die "symlink: $!";

sub write_file {
	my ($path, $bytes) = @_;
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $bytes;
	close $file or die "$path: $!";
}

sub build {
	my ($name, $text) = @_;
	write_file("$name.lua", $text);
	my ($status, $said) = Guest::unicc("$name.lua", '-o', $name);
	is($status, 0, "$name is built") or BAIL_OUT($said);
}

my $every = Guest::slurp("$Bin/every.lua");
build('base', $every);
build('secret', $every =~ s/  loud/  key = sealed(), loud/r);
build('none', $every =~ s/sealed(\([^)]*\))/$1/gr =~ s/ = \(/ = (/gr);
write_file('key', 'x' x 21);
write_file('empty', '');
mkdir 'folder';
system 'mkfifo', 'fifo';
mkdir 'taken';
write_file('taken/mine', 'mine');
mkdir 'taken/every.manifest.json';

sub listed {
	my ($path) = @_;
	return join ' ', map { s{.*/}{}r . (-d $_ ? '/' : '') } glob "$path/*";
}

sub refused {
	my ($name, $expected, $text, $image, @words) = @_;
	my ($out) = grep { $words[$_] eq '-o' } 0 .. $#words;
	push @words, '-o', 'out' if !defined $out;
	my $place = $words[(defined $out ? $out : $#words - 1) + 1];
	my $before = -d $place ? listed($place) : undef;
	my ($found, $what) =
	    Guest::unicc('seal', $image, '--modules', '.', @words);
	is($found, $expected, "$name: status $expected");
	is($what, $text, "$name: what is said");
	is(-d $place ? listed($place) : undef, $before, "$name: nothing is written");
}

# ---- What is asked for ----------------------------------------------------------

my $build_again = 'change the configuration, and build it again';
refused('a secret without a slot', 1, <<'SAID', 'base', '--set-file', 'one.key=key');
--set-file one.key: error E0802: one.key: base/every.elf was built without it, and has no slot for it
    fix: write key = sealed() in the configuration, and build it again
SAID
refused('a secret on a command line', 1, <<'SAID', 'secret', '--set', 'one.key=x');
--set one.key: error E0804: one.key: a secret stands on no command line: others can read it there
    fix: write it into a file: --set-file one.key=FILE
SAID
for my $row (['key', 'key holds 21 bytes; allowed is 1 to 20'],
    ['empty', 'empty holds 0 bytes; allowed is 1 to 20'],
    ['folder', 'folder: Is a directory'],
    ['fifo', 'fifo: it is no regular file'],
    ['/dev/zero', '/dev/zero: it is no regular file'],
    ['missing', 'missing: No such file or directory']) {
	refused("a secret from $row->[0]", 1, "--set-file one.key: error E0804: " .
		"one.key: $row->[1]\n", 'secret', '--set-file',
		"one.key=$row->[0]");
}
refused('a text from a file', 1, <<'SAID', 'base', '--set-file', 'one.name=key');
--set-file one.name: error E0804: one.name: it is no secret
    fix: write --set one.name=VALUE
SAID
refused('a name that is near', 1, <<'SAID', 'base', '--set', 'one.nmae=x');
--set one.nmae: error E0802: one.nmae: base/every.elf has no such value
    fix: write one.name
SAID
refused('no instance', 1, <<'SAID', 'base', '--set', 'name=x');
--set name: error E0802: name: base/every.elf has no such value
    fix: sealed are one.card, one.colour, one.count, one.far, one.loud, one.name, one.network, one.pause, one.peer, one.port, one.room, one.wide
SAID
refused('a value that is given twice', 1, <<'SAID', 'base', '--set', 'one.name=a', '--set', 'one.name=a');
--set one.name: error E0804: one.name: it is given twice
SAID
for my $row (
    ['name', 'x' x 31, 'E0203: one.name: found a text of 31 bytes; allowed is a text of at most 30 bytes', 'shorten it by 1 bytes'],
    ['name', "\xff", 'E0203: one.name: found the text "\xff"; a text is UTF-8 without a zero byte'],
    ['loud', 'yes', 'E0202: one.loud: found the text "yes"; allowed is true or false', 'write true, without quotes'],
    ['count', '10', 'E0203: one.count: found 10; allowed is a whole number from -8 to 8', 'write 8'],
    ['count', '', 'E0202: one.count: found the text ""; allowed is a whole number from -8 to 8'],
    ['wide', '9007199254740993', 'E0203: one.wide: found 9007199254740993; allowed is a whole number from -9007199254740992 to 9007199254740992', 'write 9007199254740992'],
    ['wide', '99999999999999999999', 'E0202: one.wide: found the text "99999999999999999999"; allowed is a whole number from -9007199254740992 to 9007199254740992'],
    ['room', '3KiB', 'E0203: one.room: found 3 KiB; allowed is a power of two from 1 KiB to 1 GiB', 'write 2 * KiB'],
    ['pause', '61minute', 'E0203: one.pause: found 61 min; allowed is a duration from 0 ns to 1 h', 'write 1 * hour'],
    ['port', '65536', 'E0203: one.port: found 65536; allowed is a port from 1 to 65535', 'write 65535'],
    ['colour', 'gren', 'E0205: one.colour: found the text "gren"; allowed is "red", "green" or "blue"', 'write "green"'],
    ['peer', '10.0.0', 'E0202: one.peer: found the text "10.0.0"; allowed is an IPv4 address such as "10.0.2.2"'],
    ['far', 'fe80::g', 'E0202: one.far: found the text "fe80::g"; allowed is an IPv6 address such as "2001:db8::1"'],
    ['network', '10.0.0.7', 'E0202: one.network: found the text "10.0.0.7"; allowed is an IPv4 address with its prefix such as "10.0.2.15/24"', 'write "10.0.0.7/24" if that is the network\'s size'],
    ['card', '52-54-00-12-34-56', 'E0202: one.card: found the text "52-54-00-12-34-56"; allowed is a MAC address such as "52:54:00:12:34:56"']) {
	my ($setting, $value, $text, $fix) = @$row;
	refused("$setting = " . substr($value, 0, 20), 1,
		"--set one.$setting: error $text\n" .
		(defined $fix ? "    fix: $fix\n" : ''), 'base', '--set',
		"one.$setting=$value");
}

# ---- Where to, and what under ------------------------------------------------------

refused('onto the image itself', 3, "base/every.elf: error E0605: Not a directory\n",
	'base', '--set', 'one.name=a', '-o', 'base/every.elf');
refused('where a folder is in the way', 3, <<'SAID', 'base', '--set', 'one.name=a', '-o', 'taken');
taken/every.manifest.json: error E0605: Is a directory
SAID
for my $words (['--name', 'A'], ['--name', 'x' x 65], ['--name', '../x'],
    ['--set', '=x'], ['--set', 'one.name'], ['-o', '']) {
	my ($status, $said) = Guest::unicc('seal', 'base', '-o', 'out', @$words);
	is($status, 2, "@$words: status 2");
	ok(!-e 'out', "@$words: nothing is written");
}
cp("base/$_", "folder/$_") for map { s{.*/}{}r } grep { -f } glob 'base/*';
write_file('folder/mine', 'mine');
my ($status, $said) = Guest::unicc('seal', 'folder', '--modules', '.', '--set',
	'one.name=in place', '-o', 'folder');
is($status, 0, 'in place') or diag($said);
is(Guest::slurp('folder/mine'), 'mine', 'what else is there stays');
is((Guest::unicc('verify', 'folder'))[0], 0, 'and it verifies');

# ---- The image -------------------------------------------------------------------------

# A copy of the image's folder, changed.
sub copy {
	my ($name, $file, $change) = @_;
	system 'rm', '-rf', $name;
	mkdir $name;
	cp($_, $name) for grep { -f } glob 'base/*';
	$change->($_) for my $bytes = Guest::slurp("$name/$file");
	write_file("$name/$file", $bytes);
}

my @set = ('--set', 'one.port=9');
for my $row (['nothing', 4, "nothing: error E0606: No such file or directory\n"],
    ['taken', 4, "taken: error E0606: no file in it ends with .elf\n"],
    ['key', 4, "key: error E0606: it is no ELF file\n"],
    ['/bin/sh', 4, "/bin/sh: error E0606: it is no x86-64 executable\n"],
    ['none', 4, "none/every.elf: error E0803: nothing in it is sealed: every " .
	"value is part of its code\n    fix: write SETTING = sealed(VALUE) in " .
	"its configuration\n"]) {
	my ($image, $expected, $text) = @$row;
	refused("$image as an image", $expected, $text, $image, @set);
}
copy('cut', 'every.elf', sub { $_[0] = substr $_[0], 0, 3000 });
my ($found, $what) = Guest::unicc('seal', 'cut', '--modules', '.', @set, '-o', 'out');
is($found, 4, 'an image that was cut: status 4');
like($what, qr/\A(?:cut\/every\.elf: error E0607: [^:]+: it is cut short\n)+\z/,
     'an image that was cut: what is said');
ok(!-e 'out', 'an image that was cut: nothing is written');
copy('other', 'every.elf', sub { $_[0] = Guest::slurp('secret/every.elf') });
($found, $what) = Guest::unicc('seal', 'other', '--modules', '.', @set, '-o', 'out');
is($found, 4, 'the manifest of another image: status 4');
ok(!-e 'out', 'the manifest of another image: nothing is written');

# ---- A manifest that lies, with a root that vouches for it ------------------------------

my $slots = "lied/every.elf: error E0803: its slots are not those that the modules " .
    "at hand declare\n    fix: build it again with them\n";
my $values = "lied/every.elf: error E0803: its slots do not hold the values that " .
    "its manifest tells\n    fix: build it again, or take a manifest that is its own\n";
my $row = qr/\{\s*"name":\t"one\.port",[^}]*\}/;
for my $lie (
    ['an offset outside of the file', $slots, sub { s/("one\.port".*?"offset":\t)\d+/${1}99999999/s }],
    ['an offset in the code', $slots, sub { s/("one\.port".*?"offset":\t)\d+/${1}300/s }],
    ['an offset below zero', $slots, sub { s/("one\.port".*?"offset":\t)\d+/${1}-8/s }],
    ['two slots that overlap', $slots, sub {
	my ($at) = /"one\.peer".*?"offset":\t(\d+)/s;
	s/("one\.port".*?"offset":\t)\d+/$1$at/s }],
    ['a slot that is larger', $slots, sub { s/("one\.port".*?"bytes":\t)\d+/${1}64/s }],
    ['another type', $slots, sub { s/("one\.port",\s*"type":\t)"port"/$1"text"/ }],
    ['a slot of no setting', $slots, sub { s/"one\.port"/"one.prot"/ }],
    ['a slot that is there twice', $slots, sub { s/($row)/$1, $1/ }],
    ['a slot that is not told', $slots, sub { s/$row, // }],
    ['another value', $values, sub { s/("one\.port",[^}]*"value":\t)"8080"/$1"8081"/ }],
    ['no value', $slots, sub { s/("one\.port",[^}]*),\s*"value":\t"8080"/$1/ }],
    ['a value out of range', "lied/every.manifest.json: error E0608: one.port: " .
	"found 0; allowed is a port from 1 to 65535\n    fix: write 1\n",
	sub { s/("one\.port",[^}]*"value":\t)"8080"/$1"0"/ }],
    ['a value that is very long', "lied/every.manifest.json: error E0608: one.port: " .
	"found a text of 30000 bytes; no value is longer than 16320\n",
	sub { my $text = 'x' x 30000;
	    s/("one\.port",[^}]*"value":\t)"8080"/$1"$text"/ }],
    ['a file that is there twice', "lied/every.elf: error E0803: every.debug: its " .
	"manifest has two rows for it\n",
	sub { s/(\{\s*"name":\t"every\.debug"[^}]*\})/$1, $1/ }]) {
	my ($name, $text, $change) = @$lie;
	my $is_other;
	copy('lied', 'every.manifest.json', sub {
		my $before = $_[0];
		$change->() for $_[0];
		$is_other = $before ne $_[0];
		$_[0] = Forge::rooted($_[0]);
	});
	ok($is_other, "$name: it is a lie");
	refused($name, 4, $text, 'lied', @set);
}
done_testing();
