#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The stack protector's value is another one on every boot and has a NUL in the
# byte that text reaches first; a CPU without RDRAND is told of.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use Test::More;

my @cpus = (['max', 1], ['max,-rdrand', 0]);
for (@cpus) {
	my ($cpu, $is_random) = @$_;
	my %seen;
	for my $boot (1 .. 4) {
		my ($status, $said) = Boot::boot('guest = guard {}',
			'--qemu-arg', '-cpu', '--qemu-arg', $cpu);
		is($status, 0, "$cpu, boot $boot: it starts") or diag($said);
		my ($value) = $said =~ /^guest: guard ([0-9a-f]+)$/m;
		$value = sprintf '%016s', $value // '';
		like($value, qr/00$/, "$cpu, boot $boot: its first byte is NUL");
		unlike($value, qr/^0{8}/, "$cpu, boot $boot: the upper half is drawn")
			if $is_random;
		$seen{$value}++;
		is($said =~ /^kernel: no RDRAND: the stack protector's value/m ? 0 : 1,
			$is_random, "$cpu, boot $boot: says whether it is random");
	}
	is(keys %seen, 4, "$cpu: no two boots have the same");
}
done_testing();
