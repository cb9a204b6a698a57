#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A machine leaves with the status it is told, stops what has started, and says
# why an instance could not start.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use Test::More;

for my $status (0, 1, 42, 255) {
	my ($got, $said) = Boot::boot("guest = leave { status = $status }");
	is($got, $status ? 5 : 0, "exit $status: unicc run knows");
	like($said, qr/^exit $status$/m, "exit $status: the console's last line");
	like($said, qr/^guest: stop after 3 events, 3 in hex, text %$/m,
		"exit $status: the stop hook ran first");
}

my ($status, $said) = Boot::boot('guest = leave { error = 7 }');
is($status, 5, 'an instance that fails to start ends the machine');
like($said, qr/^guest: could not start: a fixed pool is exhausted$/m,
	'with the error in words');
unlike($said, qr/stop after/, 'what has not started is not stopped');
like($said, qr/^exit 126$/m, 'and with a status of its own');
done_testing();
