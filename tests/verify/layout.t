#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Two images of one configuration with other layout seeds share few addresses:
# of functions and of gadgets. Both serve, a seed gives one layout, and a place
# in the code is still found by the debug file.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Guest;
use JSON::PP;
use Test::More;

my $out = tempdir(CLEANUP => 1);

sub build {
	my ($name, @options) = @_;
	my ($status, $said) = Guest::unicc("$Bin/layout.lua", '-o',
		"$out/$name", @options);
	is($status, 0, "$name is built") or BAIL_OUT($said);
}
build('one', '--set', 'seed=one');
build('two', '--set', 'seed=two');
build('again', '--set', 'seed=one');
is(system("cmp -s $out/one/unique.elf $out/again/unique.elf"), 0,
	'a seed gives one layout');

# Names of a kind of symbol and where they lie: code, constants, data, .bss.
sub places {
	my ($name, $kind) = @_;
	my %address;
	for (`llvm-nm-19 --defined-only $out/$name/unique.debug`) {
		$address{$2} = hex $1 if /^([0-9a-f]+) [$kind] (\w+)$/i;
	}
	return %address;
}
# What is not ordered: the entry and the vectors before a symbol of the layout,
# the notes, stacks and what is sealed after the start behind one.
my %from = (t => 'line_vectors_end', r => 'unicc_note');
my %to = (t => 'text_end', r => 'data_start', b => 'data_end');
my (%one, %two);
for my $kind (qw(t r d b)) {
	%one = places('one', $kind);
	%two = places('two', $kind);
	is_deeply([sort keys %one], [sort keys %two], "$kind: the same names");
	my $from = $one{$from{$kind} // ''} // -1;
	my $to = $one{$to{$kind} // ''} // 9**20;
	my @names = grep { $one{$_} > $from && $one{$_} < $to } sort keys %one;
	my @same = grep { $one{$_} == $two{$_} } @names;
	cmp_ok(scalar @same, '<=', 1 + @names / 20,
		"$kind: few lie at the same address") or diag("@same");
	my @after = sort { $one{$a} <=> $one{$b} } @names;
	my $kept = grep { $two{$after[$_ - 1]} < $two{$after[$_]} } 1 .. $#after;
	cmp_ok($kept, '<', 0.7 * @names + 2, "$kind: nor in the same order");
	note(sprintf '%s: %d of %d at the same address', $kind, scalar @same,
		scalar @names);
}
%one = places('one', 't');
%two = places('two', 't');
is($one{exception_vectors}, $two{exception_vectors},
	'the vectors of exceptions stay where the layout puts them');

# What unicc says of it; of the functions, those above and the few around them.
sub same_address {
	my ($status, $said) = Guest::unicc('diff', "$out/one", "$out/$_[0]",
		'--json');
	is($status, 0, "one and $_[0] are compared") or diag($said);
	return decode_json($said)->{same_address};
}
my $same = same_address('two');
cmp_ok($same->{of_functions}, '>', 100, 'there are functions');
cmp_ok($same->{functions}, '<', $same->{of_functions} / 20,
	'few lie at the same address');
cmp_ok($same->{of_gadgets}, '>', 1000, 'there are gadgets');
cmp_ok($same->{gadgets}, '<', $same->{of_gadgets} / 10,
	'few lie at the same address');
my $text = (Guest::unicc('diff', "$out/one", "$out/two"))[1];
like($text, qr/^  $same->{functions} of $same->{of_functions} functions and $same->{gadgets} of $same->{of_gadgets} gadgets lie at the same address$/m,
	'told as text');
note($text =~ /(.*same address)/);
my $itself = same_address('again');
is_deeply([@$itself{qw(functions gadgets)}],
	[@$same{qw(of_functions of_gadgets)}],
	'of the image itself, all of them do');

for my $name (qw(one two)) {
	my $port = Guest::free_port();
	my $guest = Guest->start(config => "$out/$name",
		ports => { $port => 80 });
	ok($guest->wait_http($port, 30), "$name serves") or
		diag($guest->console);
	my ($code) = $guest->console =~ /code ([0-9a-f]{64})/;
	like((Guest::unicc('id', "$out/$name"))[1], qr/^code +$code$/m,
		"$name says who it is");
	$guest->stop;
	is((Guest::unicc('verify', "$out/$name"))[0], 0, "$name is intact");
}
my ($status, $said) = Guest::unicc("$Bin/fault.lua", '-o', "$out/fault");
is($status, 0, 'an image that faults is built') or diag($said);
($status, $said) = Guest::unicc('run', "$out/fault");
is($status, 6, 'it panics');
like($said, qr{faulty/faulty\.c:10: in writes_to_nothing},
	'and the place is found');
done_testing();
