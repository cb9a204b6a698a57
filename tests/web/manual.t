#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A real manual of over a thousand files is served byte-identical, compressed
# and not.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Guest;
use Test::More;

my $tree = '/usr/share/doc/postgresql-doc-15/html';
my $files = () = `find $tree/ -type f` =~ /\n/g;
ok($files > 500, "the manual has $files files");

my $folder = tempdir(CLEANUP => 1);
open my $config, '>', "$folder/manual.lua" or die $!;
print $config <<"LUA";
image { name = "manual", platform = "qemu.microvm", memory = 64 * MiB }

nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "$tree" }
LUA
close $config;
my ($status, $said) = Guest::unicc("$folder/manual.lua");
is($status, 0, 'the image is built') or BAIL_OUT($said);

my $port = Guest::free_port();
my $guest = Guest->start(config => "$folder/build/manual",
	ports => { $port => 80 });
ok($guest->wait_http($port, 30), 'it answers') or
	BAIL_OUT($guest->console);
my $log = `perl $Bin/../http/tree.pl 127.0.0.1 $port $tree 2>&1`;
is($?, 0, 'every file has its own bytes, with and without gzip') or diag($log);
note($log);
done_testing();
