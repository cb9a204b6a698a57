#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What README.md shows is what the commands say, but for numbers and hashes; a
# line of three dots stands for any lines.
use strict;
use warnings;
use Test::More;

use FindBin;
use File::Path qw(make_path remove_tree);

chdir "$FindBin::Bin/../.." or die;
open my $file, '<', 'README.md' or die "README.md: $!";
my $text = join '', <$file>;
close $file;

# A reader's folder, where the commands leave what they leave.
remove_tree('build/test-readme');
make_path('build/test-readme');
system('cp', '-r', glob('configs'), 'build/test-readme/') == 0 or die;
chdir 'build/test-readme' or die;
remove_tree('configs/build');
symlink '../../unicc', 'unicc' or die "unicc: $!";
system('./unicc', 'configs/web.lua') == 0 or die;

sub shape {
	my ($said) = @_;
	$said =~ s/\b[0-9a-f]{16}(?:[0-9a-f]{48})?\b/H/g;
	$said =~ s/-?\b(?<![\w.])\d+(?:\.\d+)?\b/N/g;
	$said =~ s/ +/ /g;
	return $said;
}

my $count = 0;
for my $block ($text =~ /^```console\n(.*?)^```$/msg) {
	while ($block =~ /^\$ (.*)\n((?:(?!\$ ).*\n)*)/mg) {
		my ($command, $shown) = ($1, shape($2));
		# They take a minute: tests/verify has them.
		next if $command =~ / (?:bundle|rebuild) /;
		my $said = shape(scalar qx{($command) 2>&1});
		is($? == 0, $shown !~ /error E/, "$command: its status");
		my $pattern = join '', map {
			$_ eq "...\n" ? '(?:.*\n)*' : quotemeta
		} split /(?<=\n)/, $shown;
		$said = '' if $command =~ /^printf/;
		# A build by the way says so.
		$said =~ s/^.* of memory, code H\n//m
			if $shown !~ / of memory, code H$/m;
		like($said, qr/\A$pattern\z/, "$command: as shown");
		$count++;
	}
}
cmp_ok($count, '>=', 20, 'commands are shown');
done_testing();
