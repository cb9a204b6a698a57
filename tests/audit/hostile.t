#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Whatever lies in place of an image, its NAME.debug, its audit.json or its
# manifest, whole, cut short, damaged or somebody else's, is accounted for or
# refused with an error and status 4, though a manifest vouch for it; nothing
# crashes.
use strict;
use warnings;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;
use Forge;
use JSON::PP;

my $unicc = Audit::enter('audit-hostile');
is(Audit::build('../../configs/hello.lua', 'whole'), '', 'an image');
my %whole = map { $_ => Audit::slurp("whole/$_") }
    qw(hello.elf hello.debug audit.json hello.manifest.json);
mkdir 'bad';
# The fuzz target starts with one that is read: of the same format.
my ($format) = $whole{'audit.json'} =~ /("format":"[^"]+")/;
ok(index(Audit::slurp('../../tests/fuzz/corpus/audit/whole'), $format) > 0,
	'the seed of the fuzz target has its format');
srand 20;

my @asks = (['audit', 'bad'], ['audit', 'bad', '--json'],
	['why', 'bad', 'strlen'], ['diff', 'bad', 'whole']);

# Ask about the files in bad/ in one way; '' if the answer is a proper one.
sub wrong {
	my ($ask) = @_;
	my $said = qx{$unicc @{[Audit::quoted(@$ask)]} 2>&1 >/dev/null};
	return "@$ask: killed by a signal" if $? & 127;
	my $status = $? >> 8;
	return "@$ask: status $status: $said" if $status != 0 && $status != 4;
	return "@$ask: no error: $said"
	    if $status == 4 && $said !~ /^bad\S*: error E(060[68]|090[1-4]|1009): /;
	return '';
}

sub lay {
	my (%other) = @_;
	Audit::put("bad/$_", $other{$_} // $whole{$_}) for keys %whole;
	Forge::folder('bad') if %other && !exists $other{'hello.manifest.json'};
}

# ---- Cut short, and more ---------------------------------------------------------

my @wrong;
for my $name (sort keys %whole) {
	my $size = length $whole{$name};
	for my $cut (0, 1, 63, 64, 120, 200, int $size / 3, int $size / 2,
		$size - 8, $size - 1) {
		lay($name => substr $whole{$name}, 0, $cut);
		push @wrong, grep { $_ ne '' } map { wrong($_) } @asks[0, 2];
	}
	lay($name => $whole{$name} . 'more');
	push @wrong, grep { $_ ne '' } map { wrong($_) } @asks;
}
is_deeply(\@wrong, [], 'cut short');

# ---- Damaged ------------------------------------------------------------------------

@wrong = ();
for my $round (1 .. 200) {
	my $name = (sort keys %whole)[$round % 4];
	my $file = $whole{$name};
	for (1 .. 1 + int rand 4) {
		my $at = int rand length $file;
		# Headers and tables of offsets are where it hurts.
		$at = int rand 300 if $round % 2 && $name ne 'audit.json';
		$at = length($file) - 1 - int rand 2000
		    if $round % 5 == 0 && $name eq 'hello.debug';
		substr($file, $at, 1) = chr int rand 256;
	}
	lay($name => $file);
	push @wrong, grep { $_ ne '' } wrong($asks[$round % @asks]);
}
is_deeply(\@wrong, [], 'damaged');

# Debug information alone, which somebody else's library reads.
@wrong = ();
my ($from, $size) = `readelf -SW whole/hello.debug` =~
    /\.debug_info +PROGBITS +\w+ (\w+) (\w+)/ or die 'no .debug_info';
for my $round (1 .. 60) {
	my $file = $whole{'hello.debug'};
	substr($file, hex($from) + int rand hex $size, 1) =
	    chr int rand 256 for 1 .. 40;
	lay('hello.debug' => $file);
	push @wrong, grep { $_ ne '' } wrong($asks[0]);
}
is_deeply(\@wrong, [], 'damaged lines');

# ---- Somebody else's ----------------------------------------------------------------

@wrong = ();
Audit::put('other.lua', <<'END');
image { name = "hello", platform = "qemu.microvm", memory = 2 * MiB }
app = hello { message = "another one altogether" }
END
is(Audit::build('other.lua', 'other'), '', 'another image');
for my $name (sort keys %whole) {
	lay($name => Audit::slurp("other/$name"));
	push @wrong, grep { $_ ne '' } map { wrong($_) } @asks;
	for my $foreign ('/bin/true', $unicc, '/etc/passwd') {
		lay($name => Audit::slurp($foreign));
		push @wrong, grep { $_ ne '' } wrong($asks[0]);
	}
}
is_deeply(\@wrong, [], 'foreign');

# ---- Names that are more than names -------------------------------------------------

# What a stranger calls his modules, units and lines is shown, and does nothing.
my $evil = 'x\"],[]]</script><script>alert(1)</script><!--\u001b[2J\u009b';
my $named = $whole{'audit.json'};
$named =~ s/"libc"/"$evil"/g;
$named =~ s/"(app|implied by image|generated\/app\.c)"/"$1$evil"/g;
isnt($named, $whole{'audit.json'}, 'names are there');
lay('audit.json' => $named);
my $page = qx{$unicc audit bad --html >said 2>&1; cat bad/audit.html};
my $plain = Audit::slurp('../../doc/audit.html');
is(scalar(() = $page =~ /<script|<!--/g), scalar(() = $plain =~ /<script|<!--/g),
	'no script in the page, nor what would hide one');
my $json = eval { JSON::PP::decode_json(scalar qx{$unicc audit bad --json}) };
ok($json, 'JSON is JSON') or diag($@);
ok((grep { $_->[4] =~ m{alert\(1\)</script>} } @{ $json->{nodes} }),
	'and says the name');
for my $ask (@asks, ['why', 'bad', 'app'], ['audit', 'bad', '--html']) {
	my $said = qx{$unicc @{[Audit::quoted(@$ask)]} 2>&1};
	unlike($said, qr/[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]/,
		"@$ask: no cursor is moved");
}

# ---- Work without an end ---------------------------------------------------------------

# Each cause needs the next; each section is of each name: what takes too long or
# too much is refused before it takes us along.
sub causes {
	my ($count) = @_;
	my @causes = map { sprintf '{"name":"c%d","value":"v","module":"m",' .
		'"origin":"o","is_always":false,"is_implied":true,' .
		'"needs":[%s]}', $_, $_ + 1 < $count ? $_ + 1 : '' }
		0 .. $count - 1;
	return '"causes":[' . join(",\n", @causes) . "]";
}
for my $count (60_000, 70_000) {
	my $many = $whole{'audit.json'} =~ s/"causes":\[.*?\n\{.*?\}\]/
		causes($count)/esr;
	lay('audit.json' => $many);
	my $before = times_of_children();
	is(wrong($asks[0]), '', "$count causes that need each other");
	cmp_ok(times_of_children() - $before, '<', 25, 'are not followed on and on');
}
sub times_of_children { return (times)[2] + (times)[3] }

# A file of which most does not exist is not read.
lay();
truncate "bad/$_", 9e9 for keys %whole;
@wrong = grep { $_ ne '' } map { wrong($_) } @asks;
is_deeply(\@wrong, [], 'huge');
lay();
is_deeply([grep { $_ ne '' } map { wrong($_) } @asks], [], 'and whole again');
is(qx{$unicc diff bad whole 2>&1}, '', 'which is no different');
done_testing();
