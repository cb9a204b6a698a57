#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Whatever disk is full, wherever it happens: status 3, the file that could not be
# written is named with what to do, each output is whole or not there, and nothing
# of the work is left.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Files qw(tree write_file);
use Guest;
use Test::More;

my $folder = tempdir(CLEANUP => 1);
chdir $folder or die "$folder: $!";
my $cache = $ENV{XDG_CACHE_HOME} // "$ENV{HOME}/.cache";

write_file('h.lua', <<'LUA');
image { name = "h", platform = "qemu.microvm", memory = 2 * MiB }
app = hello { message = sealed("hi") }
LUA
write_file('f.lua', Guest::slurp('h.lua') =~ s/sealed\("hi"\)/"hi"/r);
write_file('rows.csv', "name,app.message\n" . join '',
	map { "m$_,number $_\n" } 1 .. 40);
mkdir 'disk';
for my $words (['h.lua', '-o', 'h'],
    ['bundle', 'h.lua', '-o', 'h.tar', '--without-packages']) {
	my ($status, $said) = Guest::unicc(@$words);
	is($status, 0, "@$words") or BAIL_OUT($said);
}

# A disk of its own in a namespace of mounts of its own, on which so many KiB are
# free; what is there at the end is copied to TRY, for each of them in turn.
write_file('try.sh', <<'SH');
set -u
name=$1
frees=$2
shift 2
mount -t tmpfs -o size=64m none disk || exit 99
for free in $frees; do
	rm -rf disk/*
	mkdir -p disk/tmp disk/cache/unicc "$name.$free"
	ln -s "$SOURCES" disk/cache/unicc/sources
	head -c 134217728 /dev/zero >disk/fill 2>/dev/null
	truncate -s -$((free * 1024)) disk/fill
	[ "$TMP" = disk ] && export TMPDIR=$PWD/disk/tmp
	[ "$STORE" = disk ] && export XDG_CACHE_HOME=$PWD/disk/cache
	"$UNICC" "$@" >"$name.$free/said" 2>&1
	echo $? >"$name.$free/status"
	ls disk/tmp >"$name.$free/left"
	ls disk/cache/unicc/work >>"$name.$free/left" 2>/dev/null
	[ ! -e disk/out ] || cp -a disk/out "$name.$free/out"
done
SH
$ENV{UNICC} = "$Guest::root/unicc";
$ENV{SOURCES} = "$cache/unicc/sources";

# What is on the small disk besides the output, then the command.
my @rows = (
	['build', '', 'h.lua', '-o', 'disk/out'],
	['seal', '', 'seal', 'h', '--set', 'app.message=x', '-o', 'disk/out'],
	['fleet', '', 'fleet', 'h', 'rows.csv', '-o', 'disk/out'],
	['bundle', '', 'bundle', 'h.lua', '--without-packages', '-o', 'disk/out'],
	['page', '', 'audit', 'h', '--html', '-o', 'disk/out'],
	['package', '', 'package', 'h', '--for', 'qemu', '-o', 'disk/out'],
	['new', '', 'new', 'disk/out', '--app'],
	['rebuild', 'tmp', 'rebuild', 'h.tar', '-o', 'disk/out'],
	['gauntlet', 'tmp', 'rebuild', '--gauntlet', 'h.lua', '--only', 'umask'],
	['verify', 'tmp', 'verify', 'h', 'h.lua'],
	['cost', 'tmp', 'cost', 'f.lua', 'app.message="ho"'],
	['why-not', 'tmp', 'why-not', 'f.lua', 'memmove'],
	['store', 'store', 'h.lua', '-o', 'disk/out'],
);
for my $row (@rows) {
	my ($name, $place, @words) = @$row;
	local $ENV{TMP} = $place eq 'tmp' ? 'disk' : '';
	local $ENV{STORE} = $place eq 'store' ? 'disk' : '';
	# The last has room for all.
	my @frees = (0, 8, 32, 120, 60000);
	system 'unshare', ($> == 0 ? '-m' : '-rm'), 'sh', 'try.sh', $name,
	    "@frees", @words;
	is($? >> 8, 0, "$name: a small disk can be had") or BAIL_OUT('no tmpfs');
	my $whole = tree("$name.$frees[-1]/out");
	my ($failed, @wrong) = (0);
	for my $free (@frees) {
		my ($status, $left, $said) = map { Guest::slurp("$name.$free/$_") }
		    qw(status left said);
		chomp $status;
		$failed += $status == 3;
		push @wrong, "$free: status $status" if $status != 3 &&
		    ($status != 0 || $free == 0);
		push @wrong, "$free: says $said" if $status == 3 && $said !~
		    /^\S+: error E0605: No space left on device(?:\n +fix: free some space|, )/m;
		push @wrong, "$free: $left is left" if $left ne '';
		my $has = tree("$name.$free/out");
		push @wrong, map { "$free: $_ is not whole" }
		    grep { !defined $whole->{$_} || $has->{$_} ne $whole->{$_} }
		    sort keys %$has;
		push @wrong, "$free: fails" if $free == $frees[-1] && $status != 0;
	}
	is_deeply(\@wrong, [], "$name: each is told, and leaves what is whole");
	cmp_ok($failed, '>', 0, "$name: it was too small");
}

# A limit is one, too.
my $said = `sh -c 'ulimit -f 8; exec "$ENV{UNICC}" h.lua -o limit' 2>&1`;
is($? >> 8, 3, 'a file that may not grow: status 3');
like($said, qr/^limit\/\S+: error E0605: File too large/m, 'is told');
done_testing();
