#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What unicc check accepts builds: no error of the C compiler or the linker is
# reachable from an accepted configuration. Configurations are generated from
# the catalogue, every value within its declared range.
#
# A refusal names a rule: that values do not go together (E0405), that content
# or memory do not fit (E0403, E0404), that a resource is taken twice (E0307),
# that two names would be one in C (E0501).
# Where E0404 says how much memory is enough, that much is enough.
#
#     tests/property.t [SEED...]       these
#     UNICC_PROPERTY_RUNS=150 tests/property.t
#     UNICC_PROPERTY_FIRST=1000        the first seed
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use File::Path 'remove_tree';
use JSON::PP;
use Test::More;

use lib dirname(abs_path($0)) . '/lib';
use Generate;

chdir dirname(abs_path($0)) . '/..' or die "cannot enter the repository: $!";
my $unicc = abs_path('./unicc');
my $top = 'build/test-property';
my $runs = $ENV{UNICC_PROPERTY_RUNS} // 12;
my $first = $ENV{UNICC_PROPERTY_FIRST} // 1;
my @seeds = @ARGV ? @ARGV : $first .. $first + $runs - 1;
my $catalogue = decode_json(scalar `$unicc modules --json`);
my %defaults = (console => 1, entropy => 1, clock => 1, wallclock => 1);
my $rules = qr/^E0(?:307|403|404|405)$/;

sub run {
	my (@command) = @_;
	my $text = `timeout 120 @command 2>&1`;
	return ($? & 127 ? 128 + ($? & 127) : $? >> 8, $text);
}

sub codes { return $_[0] =~ /error (E\d+)/g }

# How it ended, and what is wrong, or nothing. A memory that is too small is
# mended once, as the message says.
sub build {
	my ($config) = @_;
	my ($status, $text) = run($unicc, $config, '-o', "$top/out");
	return "builds" if $status == 0;
	my @codes = codes($text);
	return ("", "status $status: $text")
	    if $status != 1 || "@codes" ne 'E0404';
	my ($memory) = $text =~ /fix: write memory = (.*)/;
	return "no memory is enough" if !defined $memory;
	my $source = do {
		local (@ARGV, $/) = $config;
		<>;
	};
	$source =~ s/memory = \d+ \* KiB/memory = $memory/;
	open my $file, '>:raw', $config or die "$config: $!";
	print $file $source;
	close $file;
	($status, $text) = run($unicc, $config, '-o', "$top/out");
	return "builds with $memory, as it said" if $status == 0;
	return ("", "with $memory, as it said: status $status: $text");
}

my $accepted_count = 0;
for my $seed (@seeds) {
	remove_tree($top);
	my $generate = Generate->new(seed => $seed, catalogue => $catalogue,
		defaults => \%defaults);
	my $config = $generate->configuration($top);
	my ($status, $text) = run($unicc, 'check', $config);
	$text =~ s/error E0501(?=.* its name in C, .* is taken)/error E0307/g;
	my @codes = codes($text);
	if ($status == 0) {
		my ($how, $failure) = build($config);
		$accepted_count++;
		ok(!defined $failure, "seed $seed: accepted, and $how")
		    or diag($failure);
	} else {
		my $is_rule = @codes && !grep { !/$rules/ } @codes;
		ok($status == 1 && $is_rule,
		   "seed $seed: refused for a rule: @codes")
		    or diag("status $status: $text");
	}
}
my $generate = Generate->new(seed => 1, catalogue => $catalogue);
my (undef, $failure) = build($generate->nothing_given($top));
ok(!defined $failure, "optional settings of every type, none given: builds")
    or diag($failure);
cmp_ok($accepted_count, '>=', @seeds / 2, 'half of them are accepted')
    if @seeds > 1;
remove_tree($top);
done_testing();
