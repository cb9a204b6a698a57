#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Whole numbers are computed as Lua computes them, whatever stands around an
# operator, and every result that does not fit is refused at its operator:
# random expressions against numbers of any size.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use File::Temp 'tempdir';
use Math::BigInt;
use Test::More;

use lib dirname(abs_path($0)) . '/lib';
use Files 'write_file';

chdir dirname(abs_path($0)) . '/..' or die "cannot enter the repository: $!";
my $folder = tempdir(CLEANUP => 1);
my ($least, $most) = map { Math::BigInt->new($_) }
    '-9223372036854775808', '9223372036854775807';
srand($ENV{UNICC_INTEGERS_SEED} // 1);

# Lua 5.4 manual, 3.4.8.
my %precedence = ('<<' => 1, '>>' => 1, '+' => 2, '-' => 2, '*' => 3, '//' => 3,
    '%' => 3, sign => 4, leaf => 5);
my @leaves = (0 .. 9, 12, 63, 64, 1000, 4096, '0x7f', '2147483648',
    '1099511627776', '9223372036854775807', 'GiB', 'hour', 'one', 't.a.b',
    'f(3, 4)', '#list', '(f(1))', 't["a"].b');
my %value = ('0x7f' => 127, GiB => 1 << 30, hour => 3600 * 10**9, one => 1,
    't.a.b' => 7, 'f(3, 4)' => 3, '#list' => 2, '(f(1))' => 1,
    't["a"].b' => 7);

# [ text, value, precedence, parts ... ]
sub leaf {
	my $text = $leaves[rand @leaves];
	return [$text, Math::BigInt->new($value{$text} // $text), 5];
}

sub apply {
	my ($operator, $a, $b) = @_;
	return $a + $b if $operator eq '+';
	return $a - $b if $operator eq '-';
	return $a * $b if $operator eq '*';
	return $b == 0 ? undef : scalar $a->copy->bdiv($b) if $operator eq '//';
	return $b == 0 ? undef : $a->copy->bmod($b) if $operator eq '%';
	return $a * Math::BigInt->new(2)->bpow($b) if $operator eq '<<';
	my $bits = $a->copy->bmod(Math::BigInt->new(2)->bpow(64));
	my $shifted = scalar $bits->bdiv(Math::BigInt->new(2)->bpow($b));
	return $shifted > $most ? $shifted - Math::BigInt->new(2)->bpow(64)
	    : $shifted;
}

sub enclosed {
	my ($side, $least_precedence) = @_;
	return $side->[2] < $least_precedence || rand() < 0.1
	    ? "($side->[0])" : $side->[0];
}

sub expression {
	my ($depth) = @_;
	return leaf() if $depth == 0 || rand() < 0.15;
	if (rand() < 0.15) {
		my $side = expression($depth - 1);
		my $text = enclosed($side, 4);
		# A comment would begin.
		$text = " $text" if $text =~ /^-/;
		return ["-$text", -$side->[1], 4, $side];
	}
	my $operator = (sort grep { /\W/ } keys %precedence)[rand 7];
	my ($a, $b) = (expression($depth - 1), expression($depth - 1));
	if ($operator =~ /<<|>>/) {
		my $by = int rand 6;
		$b = [$by, Math::BigInt->new($by), 5];
	}
	my $value = apply($operator, $a->[1], $b->[1]);
	return $a if !defined $value;
	return [enclosed($a, $precedence{$operator}) . " $operator " .
	    enclosed($b, $precedence{$operator} + 1), $value,
	    $precedence{$operator}, $a, $b];
}

sub is_too_large {
	my (undef, $value, undef, @parts) = @{ $_[0] };
	return $value > $most || $value < $least ||
	    grep { is_too_large($_) } @parts;
}

my $head = <<'LUA';
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
local one, list, t = 1, { 1, 2 }, { a = { b = 7 } }
local function f(...) local a, b = ... return a end
LUA
my ($good, $wrong) = ($head, $head);
my ($fits, %lines) = (0);
for my $round (1 .. 1500) {
	my $tree = expression(1 + $round % 5);
	if (!is_too_large($tree)) {
		# The least one cannot be written.
		next if $tree->[1] == $least;
		$good .= "assert($tree->[0] == $tree->[1])\n";
		$fits++;
	} elsif (keys %lines < 150) {
		$wrong .= "local x$round = $tree->[0]\n";
		$lines{$wrong =~ tr/\n//} = 1;
	}
}

write_file("$folder/good.lua", $good);
is(`./unicc check $folder/good.lua 2>&1`, '', "$fits expressions are as computed");
write_file("$folder/wrong.lua", $wrong);
my $said = `./unicc check $folder/wrong.lua 2>&1`;
my %said = map { $_ => 1 } $said =~ /^\S*wrong\.lua:(\d+):\d+: error E0124: /mg;
is(join(' ', sort { $a <=> $b } keys %said),
    join(' ', sort { $a <=> $b } keys %lines),
    keys(%lines) . ' that do not fit are refused, each at its line')
    or diag($said);
done_testing();
