#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A guest of Xen wakes for its alarms alone, on time, and Xen hardly runs it.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__) . '/../boot/modules';
use Boot;
use Xen;

my $xen = Xen->host;
my @images = map { $xen->build(Boot::machine('guest = sleeper {}',
	name => "sleep-$_", platform => "xen.$_")) } qw(pvh pv);
$xen->create($_) for @images;
for my $image (@images) {
	ok($xen->wait_console($image, qr/^exit 0$/m, 20),
		"$image->{name}: it has slept") or diag($xen->console($image));
	like($xen->console($image), qr/^guest: .* for 4 alarms$/m,
		"$image->{name}: it tells what that cost");
}
done_testing();
