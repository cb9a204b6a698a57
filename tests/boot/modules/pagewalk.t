#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The live page tables allow what the layout says and nothing else, and the
# CPU's protections are on.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use Test::More;

my ($status, $said) = Boot::boot('walker = pagewalk {}');
is($status, 0, 'the walk finds nothing to complain about') or diag($said);
like($said, qr/^walker: \d+ pages, 0 complaints$/m, 'it has walked');
like($said, qr/^walker: $_ is on$/m, "$_ is on")
	for 'CR0.WP', 'EFER.NXE', 'CR4.SMEP', 'CR4.SMAP', 'CR4.UMIP';
is(() = $said =~ /^walker: 0x[0-9a-f]+ \.\. 0x[0-9a-f]+ r-x$/mg, 1,
	'one run of pages is executable');
unlike($said, qr/ rwx$/m, 'none is writable and executable');
done_testing();
