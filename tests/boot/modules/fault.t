#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What memory forbids ends in a panic that names the instance and the fact.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use Test::More;

my $address = qr/0x[0-9a-f]+/;
my @facts = (
	write_text => qr/write to text at $address/,
	write_constants => qr/write to a read-only page at $address/,
	write_sealed => qr/write to a read-only page at $address/,
	write_null => qr/write to page zero at 0x10/,
	read_null => qr/read of page zero at 0x10/,
	read_absent => qr/read of an absent page at 0x3fffffff/,
	execute_data => qr/execution of data at $address/,
	execute_absent => qr/execution of an absent page at 0x40000000/,
	overflow_stack => qr/stack overflow at $address/,
	smash_stack => qr/stack smashed/,
	assertion => qr/assertion failed/,
	division => qr/division error/,
	protection => qr/general protection/,
	panic => qr/told to/,
);

while (my ($kind, $fact) = splice @facts, 0, 2) {
	my ($status, $said) = Boot::boot(qq(sinner = fault { kind = "$kind" }));
	is($status, 6, "$kind: the guest counts as lost");
	like($said, qr/^panic: sinner: $fact, from $address$/m,
		"$kind: the panic says so");
	unlike($said, qr/^exit /m, "$kind: nothing comes after");
}

# A panic that cannot be told: the machine ends, and does not start again.
my ($status, $said) = Boot::boot('sinner = fault { kind = "fault_in_panic" }');
is($status, 6, 'fault in a panic: the guest counts as lost');
like($said, qr/^panic: sinner: /m, 'fault in a panic: what could be told is');
unlike($said, qr/^exit |panic:.*panic:/ms, 'fault in a panic: nothing after');
done_testing();
