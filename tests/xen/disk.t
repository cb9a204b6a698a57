#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A disk is written, flushed, verified, and read again by the next machine; one
# that is read-only is not written; one that is missing or too small is told of.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__);
use Machine;
use Xen;

my $xen = Xen->host;
my $path = $xen->disk('disk', 1024 * 1024);

# What a machine with this disk says until it leaves.
sub run {
	my ($platform, $disk, $check, @settings) = @_;
	my $image = $xen->build(Machine::config('disk', $platform, 8,
		"disk = blkfront { target = \"$path\", $disk }\n" .
		"check = diskcheck { disk = disk, $check }"));
	my ($status, $said) = $xen->create($image, @settings);
	is($status, 0, "$platform: created") or diag($said);
	ok($xen->wait_gone($image, 30), "$platform: it leaves");
	return $xen->console($image);
}

# Requests of up to 128 sectors are indirect ones, as the backend offers them.
like(run('xen.pvh', 'transfer = 64 * KiB', ''),
	Machine::lines('check: 2048 sectors, 128 at a time, writable',
		'check: written', 'check: 2048 sectors verified',
		'disk: .*, 0 errors', 'exit 0'),
	'written, flushed and verified');
like(run('xen.pv', 'transfer = 64 * KiB, access = "ro"', ''),
	Machine::lines('check: 2048 sectors, 128 at a time, read-only',
		'check: written before', 'check: 2048 sectors verified',
		'disk: \d+ reads, 0 writes, 0 others, 0 errors', 'exit 0'),
	'still there for the next machine, of the other kind');
like(run('xen.pv', 'requests = 1, transfer = 4 * KiB', 'seed = 2'),
	Machine::lines('check: 2048 sectors, 8 at a time, writable',
		'check: written', 'check: 2048 sectors verified',
		'disk: .*, 0 errors', 'exit 0'),
	'one request at a time, of one page');
like(run('xen.pvh', '', 'seed = 2, discard = true'),
	Machine::lines('check: written before', 'check: discarded',
		'disk: .*, 0 errors', 'exit 0'),
	'discarded');
like(run('xen.pvh', 'sectors = 2049', ''),
	Machine::lines('disk: the disk has 2048 sectors, and must have 2049',
		'disk: could not start: .*', 'exit 126'),
	'a disk that is too small is told of');
like(run('xen.pvh', '', '', 'disk=[]'),
	Machine::lines('disk: expected a Xen disk in device/vbd/51712, ' .
		'found none', 'disk: could not start: .*', 'exit 126'),
	'a disk that is not there is told of');
done_testing();
