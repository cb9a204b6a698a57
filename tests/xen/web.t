#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The web server serves its page through netback, on PVH and on PV, and ends
# when the host wishes.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib';
use Xen;

my $xen = Xen->host;
my $port = $xen->forward('10.0.2.15', 80);
my $page = Guest::slurp('configs/site/index.html');
for my $guest (qw(pvh pv)) {
	my $web = $xen->build('configs/web-xen.lua', '--set', "guest=$guest");
	my ($status, $said) = $xen->create($web);
	is($status, 0, "$guest: created") or diag($said);
	is(`curl -s --retry 20 --retry-all-errors --retry-delay 1 --max-time 30 http://127.0.0.1:$port/`,
		$page, "$guest: the page comes through netback") or
	    diag($xen->console($web));
	ok($xen->shutdown($web, 20), "$guest: it ends when the host wishes") or
	    diag($xen->console($web));
}
done_testing();
