#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The smallest images boot as PVH and as PV guests, say their line and leave.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib';
use Xen;

my $xen = Xen->host;
for my $guest (qw(pvh pv)) {
	my $hello = $xen->build('configs/hello-xen.lua', '--set', "guest=$guest");
	my ($status, $said) = $xen->create($hello);
	is($status, 0, "$guest: xl create takes the file unedited") or
	    diag($said);
	ok($xen->wait_gone($hello, 20), "$guest: it leaves") or
	    diag($xen->console($hello));
	like($xen->console($hello), qr/^Hello, world\nexit 0\n\z/m,
		"$guest: its console");
}
done_testing();
