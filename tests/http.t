#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# httpd on this machine, under the sanitizers: its tests in memory, then as a
# process against clients that conform, that fetch every file, and that are
# hostile. The connections in a row are fewer than the image gets (web/serve.t).
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use File::Temp qw(tempdir);
use Guest;
use Test::More;

my $out = tempdir(CLEANUP => 1);
my $port = Guest::free_port();
$ENV{HOSTILE_IN_A_ROW} = 1000;

# A command that speaks TAP and ends with status 0.
sub passes {
	my ($name, $seconds, $command) = @_;
	my $said = `timeout $seconds $command 2>&1`;
	my $status = $?;
	my $passed = () = $said =~ /^ok /mg;
	ok($status == 0 && $passed > 0 && $said !~ /^not ok/m,
		"$name: $passed cases pass") or diag($said);
}

my $said = `make -s -C $Bin/http OUT=$out all 2>&1`;
is($?, 0, 'httpd is built') or BAIL_OUT($said);
passes('in memory', 60, "make -s -C $Bin/http OUT=$out check");
passes("over sockets, $_", 120, "$Bin/http/live.sh $out/httpd $port $_")
	for qw(conformance tree hostile);
done_testing();
