#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The live page tables of Xen's guests allow what the layout says and nothing
# else. A PVH guest has the CPU's protections on that it is offered.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__) . '/../boot/modules';
use Boot;
use Xen;

my $xen = Xen->host;
my %walker = (pvh => 'pagewalk', pv => 'pagewalk_pv');
for my $guest (qw(pvh pv)) {
	my $image = $xen->build(Boot::machine("walker = $walker{$guest} {}",
		name => "walk-$guest", platform => "xen.$guest"));
	$xen->create($image);
	ok($xen->wait_console($image, qr/^exit \d+$/m, 20), "$guest: it leaves");
	my $said = $xen->console($image);
	like($said, qr/^walker: \d+ pages, 0 complaints\nexit 0$/m,
		"$guest: the walk finds nothing to complain about") or
	    diag($said);
	is(() = $said =~ /^walker: 0x[0-9a-f]+ \.\. 0x[0-9a-f]+ r-x$/mg, 1,
		"$guest: one run of pages is executable");
	unlike($said, qr/ rwx$/m, "$guest: none is writable and executable");
	next if $guest eq 'pv';
	like($said, qr/^walker: $_ is on$/m, "$guest: $_ is on")
	    for 'CR0.WP', 'EFER.NXE';
	unlike($said, qr/^walker: \S+ is off$/m, "$guest: nothing is off");
}
done_testing();
