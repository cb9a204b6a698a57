#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What README.md shows of the audit is what the commands say, but for numbers; a
# line of three dots stands for any lines.
use strict;
use warnings;
use Test::More;

use FindBin;
chdir "$FindBin::Bin/../.." or die;

open my $file, '<', 'README.md' or die "README.md: $!";
my $text = join '', <$file>;
close $file;
my ($part) = $text =~ /^## What is in an image, and why\n(.*?)^## /ms
    or die 'README.md: no such part';

sub shape {
	my ($said) = @_;
	$said =~ s/-?\b(?<![\w.])\d+(?:\.\d+)?\b/N/g;
	$said =~ s/ +/ /g;
	return $said;
}

my $count = 0;
for my $block ($part =~ /^```console\n(.*?)^```$/msg) {
	while ($block =~ /^\$ (.*)\n((?:(?!\$ ).*\n)*)/mg) {
		my ($command, $shown) = ($1, shape($2));
		my $said = shape(scalar qx{$command 2>/dev/null});
		is($?, 0, "$command: it succeeds");
		my $pattern = join '', map {
			$_ eq "...\n" ? '(?:.*\n)*' : quotemeta
		} split /(?<=\n)/, $shown;
		like($said, qr/\A$pattern\z/, "$command: as shown");
		$count++;
	}
}
cmp_ok($count, '>=', 4, 'commands are shown');
done_testing();
