#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# One idle wait takes one interrupt, whatever devices raise, and none is lost.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use Test::More;

my ($status, $said) = Boot::boot('guest = storm {}');
is($status, 0, 'a line that was closed is closed') or diag($said);
like($said, qr/^guest: 8 waits, 8 lines, 1 at most in one$/m,
	'eight lines raised at once take eight waits');
done_testing();
