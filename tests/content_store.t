#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The record of a folder's compressed forms saves work and decides nothing: with
# it, without it and with a damaged one the image's C is the same.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use File::Temp 'tempdir';
use Test::More;

use lib dirname(abs_path($0)) . '/lib';
use Files 'write_file';

chdir dirname(abs_path($0)) . '/..' or die "cannot enter the repository: $!";
my $unicc = abs_path('./unicc');
my $folder = tempdir(CLEANUP => 1);
$ENV{XDG_CACHE_HOME} = "$folder/cache";
mkdir "$folder/site" or die $!;

write_file("$folder/site/long$_.txt", "line $_ of many\n" x 200) for 1 .. 3;
write_file("$folder/site/short.bin", "\x01");
write_file("$folder/site/empty.txt", '');
write_file("$folder/t.lua", <<'LUA');
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "site" }
LUA

sub frozen {
	my $said = `$unicc $folder/t.lua --until freeze 2>&1`;
	is($?, 0, 'it freezes') or diag($said);
	return join '', map { local (@ARGV, $/) = $_; <> }
	    "$folder/build/t/generated/www.c",
	    "$folder/build/t/generated/www.content.s";
}

my $first = frozen();
like($first, qr/_gzip:/, 'there are compressed forms');
my ($record) = glob "$folder/cache/unicc/blobs/*.folder";
ok(defined $record, 'there is a record');
is(frozen(), $first, 'with the record');
my $rows = do { local (@ARGV, $/) = $record; <> };
for my $damaged ('', "-\n", "$rows-\n", substr($rows, 0, -1), $rows =~ s/ \d+/ 0/r,
    $rows =~ s/ \d+/ 9x/r, 'g' x 64 . " 9\n$rows", "\0$rows", 'a' x 65) {
	write_file($record, $damaged);
	is(frozen(), $first, 'with a damaged one');
}
is(do { local (@ARGV, $/) = $record; <> }, $rows, 'which is then mended');
write_file("$folder/site/short.bin", "\x02");
isnt(frozen(), $first, 'another folder is another record');
done_testing();
