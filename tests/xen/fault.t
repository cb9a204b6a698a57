#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What memory forbids ends a guest of Xen in a panic that names the instance and
# the fact. A PV guest that has no stack left is ended by Xen.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__) . '/../boot/modules';
use Boot;
use Xen;

my $address = qr/0x[0-9a-f]+/;
my %facts = (
	'write_text-pvh' => qr/write to text at $address/,
	'overflow_stack-pvh' => qr/stack overflow at $address/,
	# Xen says where a page fault was, and pushes an error code for some.
	'write_sealed-pv' => qr/write to a read-only page at $address/,
	'execute_data-pv' => qr/execution of data at $address/,
	'division-pv' => qr/division error/,
	'overflow_stack-pv' => undef,
);

my $xen = Xen->host;
my %image;
for my $name (sort keys %facts) {
	my ($kind, $guest) = $name =~ /(.*)-(.*)/;
	$image{$name} = $xen->build(Boot::machine(
		qq(sinner = fault { kind = "$kind" }), name => $name,
		platform => "xen.$guest"));
}
$xen->create($image{$_}, 'on_crash="preserve"') for sort keys %image;
for my $name (sort keys %image) {
	my $fact = $facts{$name};
	ok($xen->wait_console($name, qr/^panic: sinner: $fact, from $address$/m,
		20), "$name: the panic says so") or diag($xen->console($name))
	    if defined $fact;
	is($xen->state($name) =~ /c/ ? 'crashed' : '', 'crashed',
		"$name: the host sees a crash");
	unlike($xen->console($name), qr/^exit /m, "$name: nothing comes after");
	next if defined $fact;
	my (undef, $said) = $xen->dom0('xl dmesg');
	like($said, qr/Domain @{[$xen->id($name)]} \(vcpu#0\) crashed/,
		"$name: Xen's log has it");
}
done_testing();
