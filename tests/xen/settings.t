#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What a disk or a network interface of a Xen host cannot be is refused before
# anything is compiled.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__);
use Guest;
use Machine;

sub refused {
	my ($instances, $text, $name) = @_;
	my ($status, $said) = Guest::unicc('check', Machine::config('machine',
		'xen.pvh', 4, $instances));
	is($status, 1, $name);
	like($said, qr/^\S*machine\.lua:\d+:\d+: error E0405: \Q$text\E/m,
		"$name, in words");
}

my $user = 'check = diskcheck { disk = disk }';
refused("disk = blkfront { target = \"d\", requests = 32, transfer = 1 * MiB }" .
	"\n$user", 'disk.requests: requests times transfer must be below 8 MB',
	'more than can be shared');
refused("disk = blkfront { target = \"d\", transfer = 5000 }\n$user",
	'disk.transfer: transfer must be whole pages of 4 KiB', 'half a page');
refused("nic = netfront { mac = \"01:16:3e:00:00:01\" }\n" .
	'echo = netecho { net = nic }',
	'nic.mac: this is the address of a group', 'an address of a group');
refused("nic = netfront { bridge = \"$_\" }\necho = netecho { net = nic }",
	'nic.bridge: a bridge has a name', "a bridge called \"$_\"")
    for '', 'a:b', 'a/b';
refused("disk = blkfront { target = \"\" }\n$user",
	'disk.target: name a file or a device of the host', 'no target');
done_testing();
