#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# doc/mistakes.md shows what unicc says.
#
#     tests/mistakes.t --write     fill it in: read it before commit
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use Test::More;

use lib dirname(abs_path($0)) . '/lib';
use Transcript;

chdir dirname(abs_path($0)) . '/..' or die "cannot enter the repository: $!";
my $transcript = Transcript->new(unicc => abs_path('./unicc'),
	folder => 'build/test-mistakes');
my ($holds, $filled) = $transcript->holds('doc/mistakes.md',
	@ARGV && $ARGV[0] eq '--write');
ok($holds, 'what unicc says') or diag($filled);

my @mistakes = $filled =~ /^## \d+\. (.*?)(?=^## |\z)/gms;
is(scalar @mistakes, 10, 'ten mistakes');
for my $mistake (@mistakes) {
	my ($title) = $mistake =~ /\A(.*)/;
	my @said = $mistake =~ /^```console\n(.*?)^```$/gms;
	is(scalar(grep { !/ error E\d+: / } @said), 0, "$title: an error");
}
done_testing();
