#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Twenty machines are created, serve a page and are destroyed while they run:
# nothing of them is left in dom0.
use strict;
use warnings;
use File::Basename;
use Test::More;
use Time::HiRes qw(sleep);

use lib dirname(__FILE__) . '/../lib';
use Xen;

my $xen = Xen->host;
my $web = $xen->build('configs/web-xen.lua');
my $port = $xen->forward('10.0.2.15', 80);
my $served = 0;

sub cycle {
	my ($status, $said) = $xen->create($web);
	diag($said) if $status != 0;
	# A first packet that nobody answers is sent again after six seconds.
	$xen->wait_console($web, qr/ instance \w+\n/, 30);
	sleep 0.5;
	$served++ if `curl -s -o /dev/null -w '%{http_code}' --retry 60 \\
		--retry-all-errors --retry-delay 0 --retry-max-time 30 \\
		--max-time 10 http://127.0.0.1:$port/` == 200;
	$xen->destroy($web);
}

# The first one finds dom0 as it has never had a guest.
cycle();
my $before = $xen->leaks;
cycle() for 1 .. 20;
is($served, 21, 'each has served its page');
is_deeply($xen->leaks, $before, 'and has left nothing behind');
done_testing();
