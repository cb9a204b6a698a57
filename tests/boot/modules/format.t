#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A module gets of the C library what its object wants, and what that wants in
# turn: it works, and nothing else of the library is in the image.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use File::Basename qw(dirname);
use Test::More;

# The functions and objects of the linked file.
sub names {
	my ($config) = @_;
	my $debug = dirname($config) . '/build/machine/machine.debug';
	my %names = map { (split)[-1] => 1 } qx(llvm-nm-19 '$debug');
	return \%names;
}

my $config = Boot::machine('formatter = format {}');
my ($status, $said) = Guest::unicc('run', $config);
is($status, 0, 'the machine leaves') or diag($said);
like($said, qr/^formatter: written 1 cut 1 read 1 wide 1$/m,
	'numbers are written and read');
my $names = names($config);
ok($names->{$_}, "$_ is linked")
	for qw(vsnprintf vfprintf strtol __intscan __floatscan mbstowcs);
ok(!$names->{$_}, "$_ is not") for qw(sscanf vfscanf qsort rand);

$config = Boot::machine('drawer = draw {}');
is((Guest::unicc($config))[0], 0, 'a module without numbers builds');
$names = names($config);
ok(!$names->{$_}, "without $_") for qw(vfprintf strtol __intscan);
done_testing();
