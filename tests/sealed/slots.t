#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A sealed value is in its slot and nowhere else: the module reads it there,
# the code root does not know it, and a machine with an empty slot does not
# start.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Guest;
use JSON::PP;
use Test::More;

my $folder = tempdir(CLEANUP => 1);
symlink "$Bin/every", "$folder/every" or die "symlink: $!";

# A configuration of one instance; the folder it is built into.
sub build {
	my ($name, $settings) = @_;
	open my $file, '>', "$folder/$name.lua" or die "$name.lua: $!";
	print $file 'image { name = "every", platform = "qemu.microvm", ',
	    "memory = 2 * MiB }\none = every { $settings }\n";
	close $file or die "$name.lua: $!";
	my ($status, $said) =
	    Guest::unicc("$folder/$name.lua", '-o', "$folder/$name");
	is($status, 0, "$name builds") or diag($said);
	unlike($said, qr/warning/, "$name: no warning");
	return "$folder/$name";
}

sub manifest { return decode_json(Guest::slurp("$_[0]/every.manifest.json")) }
sub roots { return @{ manifest($_[0])->{fingerprint} }{qw(code_root instance_root)} }

my $all = 'loud = sealed(true), count = sealed(-4), ' .
    'wide = sealed(-9007199254740992 + 9007199254740999), ' .
    'room = sealed(8 * KiB), pause = sealed(90 * second), ' .
    'port = sealed(8080), colour = sealed("green"), ' .
    'name = sealed("a name"), peer = sealed("10.0.0.9"), ' .
    'far = sealed("2001:db8::7"), ' .
    'network = sealed("10.0.0.7/24"), card = sealed("52:54:00:12:34:56")';
my $frozen = $all =~ s/sealed(\((?:[^()]*)\))/$1/gr;

my $sealed = build('sealed', $all);
my ($status, $said) = Guest::unicc('run', $sealed);
my $values = "one: loud 4 7 8192 90000000000 8080 1\n" .
    "one: a name 6 6, a000009, 20-7, a000007/24, 52-56\none: 0 0\nexit 0\n";
like($said, qr/\Q$values\E\z/, 'each value is read from its slot');
($status, $said) = Guest::unicc('run', build('frozen', $frozen));
like($said, qr/\Q$values\E\z/, 'and is the one that would be frozen');

my $other = build('other', $all =~ s/8080/8081/r =~ s/a name/another/r);
my ($code, $instance) = roots($sealed);
my ($other_code, $other_instance) = roots($other);
is($other_code, $code, 'other values: the same code root');
isnt($other_instance, $instance, 'another instance root');
is(Guest::slurp("$other/every.debug"), Guest::slurp("$sealed/every.debug"),
   'the same NAME.debug');
my $objects = sub {
	my $built = manifest($_[0]);
	return [@$built{qw(sources toolchain)}, $built->{fingerprint}{values}];
};
is_deeply($objects->($other), $objects->($sealed), 'the same sources');

my ($first, $second) = map { Guest::slurp("$_/every.elf") } $sealed, $other;
my %slot = map { $_->{name} => $_ } @{ manifest($sealed)->{sealed} };
is(length $second, length $first, 'the same size');
my @differ = grep { substr($first, $_, 1) ne substr($second, $_, 1) }
    0 .. length($first) - 1;
my $inside = sub {
	my ($at, $row) = @_;
	return $at >= $row->{offset} && $at < $row->{offset} + $row->{bytes};
};
my @outside = grep {
	my $at = $_;
	!$inside->($at, $slot{'one.port'}) && !$inside->($at, $slot{'one.name'})
} @differ;
ok(@differ > @outside, 'their slots differ');
my @runs = grep { !$_ || $outside[$_] > $outside[$_ - 1] + 32 } 0 .. $#outside;
ok(@outside <= 64 && @runs <= 2,
   'nothing else does, but the instance root and one leaf')
    or diag(scalar(@outside) . " bytes");

my $empty = build('empty', 'name = sealed(), peer = sealed(), loud = sealed(true)');
($status, $said) = Guest::unicc('run', $empty);
is($status, 5, 'a machine with an empty slot ends');
like($said, qr/^kernel: one.name is not filled: [^\n]*unicc seal\nexit 126\n/m,
     'with a line that names the slot');

my $secret = build('secret', 'key = sealed()');
($status, $said) = Guest::unicc('run', $secret);
like($said, qr/^kernel: one.key is not filled: [^\n]*\nexit 126\n/m,
     'so does one with an empty secret');
is_deeply([map { [$_->{name}, $_->{type}, exists $_->{value}] }
	    @{ manifest($secret)->{sealed} }], [['one.key', 'secret', '']],
	  'of which the manifest tells no value');

my $config = `$Guest::root/unicc config $folder/sealed.lua`;
like($config, qr/^one.network = 10.0.0.7\/24 \(sealed\) +\S+:2:\d+$/m,
     'unicc config says what is sealed');
$config = `$Guest::root/unicc config $folder/empty.lua`;
like($config, qr/^one.peer = sealed, not filled /m, 'and what is not filled');
$config = `$Guest::root/unicc config $folder/secret.lua`;
like($config, qr/^one.key = secret /m, 'and that a secret is one');
done_testing();
