#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The clock goes on evenly while alarms set its counter again and again, and
# the alarms come.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use Test::More;

# Time that the host does not give the guest can cost alarms: best of three.
my ($status, $said);
for (1 .. 3) {
	($status, $said) = Boot::boot(
		'meter = drift { alarm = 100 * millisecond, seconds = 4 }');
	last if $status == 0;
}
is($status, 0, 'the clock is right') or diag($said);
my ($alarms) = $said =~ /^meter: \d+ s, (\d+) alarms, /m;
cmp_ok($alarms // 0, '>', 20, 'alarms came');
note($said);
done_testing();
