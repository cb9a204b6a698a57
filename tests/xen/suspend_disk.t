#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A guest is saved and restored in the middle of writing and verifying a disk:
# what was not answered is asked again, and nothing is lost.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__);
use Machine;
use Xen;

my $xen = Xen->host;
my $bytes = 24 * 1024 * 1024;
my $path = $xen->disk('disk', $bytes);
for my $guest (qw(pvh pv)) {
	my $image = $xen->build(Machine::config("disk-$guest", "xen.$guest", 8,
		"disk = blkfront { target = \"$path\", requests = 4, " .
		"transfer = 4 * KiB }\ncheck = diskcheck { disk = disk, seed = " .
		($guest eq 'pv' ? 1 : 2) . ' }'));
	my ($status, $said) = $xen->create($image, '-p');
	is($status, 0, "$guest: created") or diag($said);
	($status, $said) = $xen->dom0("cd /tmp; xl unpause $image->{name}; " .
		"sleep 0.2; xl save $image->{name} saved && xl restore saved",
		60);
	is($status, 0, "$guest: saved and restored") or diag($said);
	ok($xen->wait_console($image, qr/^exit 0$/m, 60), "$guest: it ends");
	like($xen->console($image), Machine::lines(
		'check: 49152 sectors, 8 at a time, writable',
		'xenstore: the host asks for: suspend',
		'xenstore: the machine goes on',
		'check: 49152 sectors verified',
		'disk: .*, 0 errors', 'exit 0'), "$guest: it has lost nothing") or
	    diag($xen->console($image));
	$xen->destroy($image);
}
done_testing();
