#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# With dhcp = true the address comes from the network's server; without a
# server the wait is bounded and said.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Guest;
use Test::More;

my $out = tempdir(CLEANUP => 1);
my ($status, $said) = Guest::unicc("$Bin/dhcp.lua", '-o', $out);
is($status, 0, 'the image is built') or BAIL_OUT($said);

my $port = Guest::free_port();
my $guest = Guest->start(config => $out, ports => { $port => 80 });
ok($guest->wait_http($port, 30), 'it answers') or diag($guest->console);
like($guest->console, qr/^ip: .*10\.0\.2\.15/m, 'it says its address');
done_testing();
