#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The web server serves its page through netback, on PVH and on PV, and ends
# when the host wishes. What dom0 itself asks for crosses no wire: its sums are
# not finished, and the guest takes them as checked.
use strict;
use warnings;
use Digest::MD5 qw(md5_hex);
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib';
use Xen;

my $xen = Xen->host;
my $port = $xen->forward('10.0.2.15', 80);
$xen->dom0('ifconfig xenbr0 10.0.2.9 netmask 255.255.255.0 up');
my $page = Guest::slurp('configs/site/index.html');
for my $guest (qw(pvh pv)) {
	my $web = $xen->build('configs/web-xen.lua', '--set', "guest=$guest");
	my ($status, $said) = $xen->create($web);
	is($status, 0, "$guest: created") or diag($said);
	is(`curl -s --retry 20 --retry-all-errors --retry-delay 1 --max-time 30 http://127.0.0.1:$port/`,
		$page, "$guest: the page comes through netback") or
	    diag($xen->console($web));
	($status, $said) =
	    $xen->dom0('printf "GET / HTTP/1.0\\r\\n\\r\\n" | ' .
		'nc -w 10 10.0.2.15 80 | sed "1,/^\\r$/d" | md5sum', 30);
	like($said // '', qr/^@{[ md5_hex($page) ]} /m,
		"$guest: the page comes to dom0, which finishes no sum");
	ok($xen->shutdown($web, 20), "$guest: it ends when the host wishes") or
	    diag($xen->console($web));
}
done_testing();
