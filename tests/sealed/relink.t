#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# unicc fleet CONFIG.lua: each row is, to the byte, what a build with its seed
# gives when it is sealed with its values; an interrupted or full run goes on
# and ends as one that was not; a table with a bad row writes nothing.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use Digest::SHA qw(sha256_hex);
use File::Temp qw(tempdir);
use Files qw(tree);
use Guest;
use JSON::PP;
use POSIX ();
use Test::More;

my $folder = tempdir(CLEANUP => 1);
my $unicc = "$Guest::root/unicc";

sub write_file {
	my ($name, $bytes) = @_;
	return Files::write_file("$folder/$name", $bytes);
}

sub same_tree {
	my ($first, $second, $name) = @_;
	Files::same_tree("$folder/$first", "$folder/$second", $name);
}

my $config = write_file('hello.lua', <<'LUA');
image { name = "hello", platform = "qemu.microvm", memory = 2 * MiB,
  layout = "unique", layout_seed = "a fleet" }
app = hello { message = sealed("I am nobody") }
LUA
my @names = map { "m$_" } 1 .. 8;
my %seed = map { $_ => $_ le 'm4' ? "seed of $_" : sha256_hex("a fleet/$_") }
    @names;
my $table = write_file('table.csv', join '',
	"name,app.message,image.layout_seed\n",
	map { "$_,I am $_," . ($_ le 'm4' ? $seed{$_} : '') . "\n" } @names);
sub fleet {
	my ($out, $from, @more) = @_;
	return Guest::unicc('fleet', $config, $from // $table, '-o',
		"$folder/$out", @more);
}

# ---- What is made -------------------------------------------------------------

my ($status, $said) = fleet('fleet');
is($status, 0, 'a fleet is made') or BAIL_OUT($said);
is($said, "$folder/fleet: 8 machines of hello, each with a layout of its own: " .
	"8 written, 0 were there\n", 'and summed up');
is_deeply([sort map { s/.*\///r } glob "$folder/fleet/*"],
	  ['index.jsonl', @names], 'nothing is shared');
for my $name ('m2', 'm7') {
	my @seed = ('--set', "image.layout_seed=$seed{$name}");
	my @value = ('--set', "app.message=I am $name");
	Guest::unicc($config, @seed, '-o', "$folder/built-$name");
	Guest::unicc('seal', "$folder/built-$name", @value, '--name', $name,
		'-o', "$folder/sealed/$name");
	same_tree("fleet/$name", "sealed/$name", "$name, as sealed by hand");
	Guest::unicc($config, @seed, @value, '-o', "$folder/whole-$name");
	is(Guest::slurp("$folder/fleet/$name/$name.elf"),
	   Guest::slurp("$folder/whole-$name/hello.elf"),
	   "$name, as built with its value");
	($status, $said) = Guest::unicc('verify', "$folder/fleet/$name",
		$config, @seed, @value);
	is($status, 0, "$name verifies against its configuration")
	    or diag($said);
}
($status, $said) = Guest::unicc('run', "$folder/fleet/m7");
like($said, qr/^I am m7$/m, 'a machine boots and knows who it is');

my @index = map { decode_json($_) } split /\n/,
    Guest::slurp("$folder/fleet/index.jsonl");
is_deeply([map { $_->{name} } @index], \@names,
	  'the index has the rows in order');
is_deeply({ map { $_->{name} => $_->{layout_seed} } @index }, \%seed,
	  'with the seed that was given, or follows from the name');
my %codes = map { $_->{code_root} => 1 } @index;
is(scalar keys %codes, 8, 'each has a code of its own');
my %texts = map { Guest::slurp("$folder/fleet/$_/$_.debug") => 1 } @names;
is(scalar keys %texts, 8, 'with its own addresses');

write_file('table.lua', 'local rows = {} for i = 1, 8 do rows[i] = { ' .
	'name = "m" .. i, ["app.message"] = "I am m" .. i } if i < 5 then ' .
	'rows[i]["image.layout_seed"] = "seed of m" .. i end end return rows');
($status, $said) = fleet('lua', "$folder/table.lua");
is($status, 0, 'a table in Lua') or diag($said);
same_tree('lua', 'fleet', 'it makes the same fleet');

my $plain = write_file('plain.lua', Guest::slurp($config) =~ s/message = .*? }/}/r);
write_file('plain.csv', "name\none\ntwo\n");
($status, $said) = Guest::unicc('fleet', $plain, "$folder/plain.csv", '-o',
	"$folder/plain");
is($status, 0, 'a layout alone tells machines apart') or diag($said);

symlink "$Bin/every", "$folder/every" or die "symlink: $!";
write_file('every.lua', Guest::slurp("$Bin/every.lua") =~
	s/  loud/  key = sealed(), loud/r =~
	s/image \{/image { layout = "unique", layout_seed = "x", /r);
write_file("$_.key", "key of $_") for qw(a b);
write_file('keys.csv', "name,one.key\na,a.key\nb,b.key\n");
($status, $said) = Guest::unicc('fleet', "$folder/every.lua",
	"$folder/keys.csv", '-o', "$folder/keys");
is($status, 0, 'modules beside the configuration, with secrets') or diag($said);
my $keys = tree("$folder/keys");
is_deeply([sort grep { $keys->{$_} =~ /key of a/ } keys %$keys], ['/a/a.elf'],
	  'which go into one image each');
is((stat "$folder/keys/a/a.elf")[2] & 077, 0, 'that others cannot read');

# ---- Going on --------------------------------------------------------------------

($status, $said) = fleet('fleet');
like($said, qr/: 0 written, 8 were there/, 'made again, nothing is written');
unlink "$folder/fleet/m5/m5.elf", "$folder/fleet/index.jsonl";
write_file('fleet/m6/m6.debug', 'mine');
($status, $said) = fleet('fleet');
like($said, qr/: 2 written, 6 were there/, 'what is missing or other is');
same_tree('fleet', 'lua', 'it is whole again');

# Seeds that were never linked, so that it takes its time.
my $many = write_file('many.csv', join '', "name,app.message\n",
	map { "k$_,x$$\n" } 1 .. 60);
my @salted = ('fleet', write_file('salted.lua', Guest::slurp($config) =~
	s/a fleet/$$ @{[time]}/r), $many, '-o');
mkdir "$folder/tmp";
sub machines { return scalar(() = glob "$folder/killed/*/*.elf") }
for my $signal (qw(INT TERM KILL)) {
	my ($before, $has_ended) = machines();
	my $pid = fork() // die $!;
	if ($pid == 0) {
		$ENV{TMPDIR} = "$folder/tmp";
		open STDERR, '>', '/dev/null';
		exec $unicc, @salted, "$folder/killed" or POSIX::_exit(127);
	}
	select undef, undef, undef, 0.05
	    until machines() > $before or
		$has_ended = waitpid($pid, POSIX::WNOHANG());
	ok(!$has_ended, "SIG$signal finds it at work");
	next if $has_ended;
	kill $signal, $pid;
	waitpid $pid, 0;
	is_deeply([glob "$folder/tmp/*"], [], "SIG$signal leaves no scratch")
	    unless $signal eq 'KILL';
}
($status, $said) = Guest::unicc(@salted, "$folder/killed");
is($status, 0, 'killed three times, it goes on') or diag($said);
Guest::unicc(@salted, "$folder/not-killed");
same_tree('killed', 'not-killed', 'to the same end');

# A disk of 400 KiB, in a namespace of mounts of its own, then a larger.
mkdir "$folder/disk";
my $script = write_file('disk.sh', <<"SH");
set -u
mount -t tmpfs -o size=400k none $folder/disk || exit 99
$unicc fleet $config $table -o $folder/disk/fleet >$folder/full 2>&1
echo \$? >>$folder/full
ls $folder/disk/fleet >$folder/full.names
mount -o remount,size=20m $folder/disk || exit 99
$unicc fleet $config $table -o $folder/disk/fleet >$folder/more 2>&1
echo \$? >>$folder/more
cp -a $folder/disk/fleet $folder/full-fleet
SH
system 'unshare', ($> == 0 ? '-m' : '-rm'), 'sh', $script;
is($? >> 8, 0, 'a small disk can be had') or BAIL_OUT('no tmpfs');
like(Guest::slurp("$folder/full"), qr/E0605: No space left on device\n.*
unicc: \d of 8 machines are in \S+; the same command goes on from there\n3\n\z/s,
     'a full disk is told');
unlike(Guest::slurp("$folder/full.names"), qr/unfinished|index/,
       'nothing is left half-written');
like(Guest::slurp("$folder/more"), qr/: \d written, [1-8] were there\n0\n\z/,
     'with more room it goes on');
same_tree('full-fleet', 'fleet', 'to the same end too');

# ---- What is refused ------------------------------------------------------------------

sub refused {
	my ($name, $text, @patterns) = @_;
	my $out = "refused-$name" =~ s/\W+/-/gr;
	my ($found, $what) = fleet($out, write_file("$out.csv", $text));
	is($found, 1, "$name: status 1");
	like($what, $_, "$name: what is said") for @patterns;
	ok(!-e "$folder/$out", "$name: nothing is written");
}

my $head = "name,image.layout_seed\n";
refused('the same seed', $head . "a,one\nb,two\nc,one\n",
	qr/csv:4: error E0806: c: image\.layout_seed one is taken\n +\S+csv:2: by a\n/);
refused('a seed that another name gives',
	$head . "a,@{[sha256_hex('a fleet/b')]}\nb,\n",
	qr/csv:3: error E0806: b: image\.layout_seed \w{64} is taken\n +\S+csv:2: by a\n/);
refused('every bad row', $head . "A,one\nb,\"\"\nc,@{['x' x 65]}\nd,one\n",
	qr/csv:2:1: error E0805/, qr/csv:3:3: error E0203: image\.layout_seed/,
	qr/csv:4:3: error E0203/, qr/csv:5: error E0806/);
refused('two columns', "name,image.layout_seed,image.layout_seed\na,1,2\n",
	qr/csv:1:24: error E0805: image\.layout_seed: a column of this name/);
refused('what has no column', "name,image.memory\na,1\n", qr/csv:1:6: error E0802/);

sub refused_by {
	my ($expected, $text, @words) = @_;
	my ($found, $what) = Guest::unicc(@words);
	is($found, $expected, "$text: status $expected");
	like($what, qr/$text/, "$text: is said");
	ok(!-e "$folder/none", "$text: nothing is written");
}
my $fixed = write_file('fixed.lua', Guest::slurp($config) =~
	s/,\s+layout = .*?" \}/ }/sr);
my @none = ('-o', "$folder/none");
refused_by(1, 'E0204: image\.layout_seed: each machine of a fleet is linked again',
	'fleet', $fixed, $table, @none);
refused_by(1, 'E0110: image\.layout_seed: a fixed layout has no seed',
	$fixed, '--set', 'image.layout_seed=x', @none);
refused_by(1, 'E0802: image\.layoutseed: .*\n    fix: write image\.layout_seed',
	$config, '--set', 'image.layoutseed=x', @none);
refused_by(1, 'E0802: image\.layout_seed: it is frozen into the code of .*
    fix: name its configuration', 'fleet', "$folder/whole-m2", $table, @none);
refused_by(2, '--modules is for an image', 'fleet', $config, $table, @none,
	'--modules', $folder);
refused_by(2, '--set and --env are for a configuration', 'fleet',
	"$folder/whole-m2", $table, @none, '--set', 'app.message=x');
refused_by(1, 'E0101', 'fleet', "$folder/missing.lua", $table, @none);
done_testing();
