#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Entropy comes from the CPU and from the host's device; without one of them
# the machine refuses to start. The date is the host's.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use Test::More;

for my $source ('rdrand', 'virtio_rng') {
	my ($status, $said) = Boot::boot(
		"source = $source {}\ndrawer = draw { entropy = source }");
	is($status, 0, "$source: two draws differ") or diag($said);
	my ($date) = $said =~ /^drawer: unix time (\d+)$/m;
	cmp_ok(abs(($date // 0) - time), '<=', 3, "$source: the date is right");
}

my ($status, $said) = Boot::boot('drawer = draw {}',
	'--qemu-arg', '-cpu', '--qemu-arg', 'qemu64');
is($status, 5, 'a CPU without RDRAND: the machine leaves');
like($said, qr/^drawer: could not start: no source of entropy$/m,
	'and says what is missing');
like($said, qr/^kernel: no RDRAND: the stack protector/m,
	'as it does of the stack protector');
done_testing();
