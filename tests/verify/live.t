#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A running machine's roots, from its console and over HTTP, are those of its
# image and of no other.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Guest;
use Test::More;

my $out = tempdir(CLEANUP => 1);
my $port = Guest::free_port();
my ($status, $said) = Guest::unicc("$Bin/live.lua", '-o', "$out/live");
is($status, 0, 'the image is built') or BAIL_OUT($said);
($status, $said) = Guest::unicc("$Bin/../../configs/web.lua", '-o',
	"$out/web");
is($status, 0, 'and another') or BAIL_OUT($said);

my $guest = Guest->start(config => "$out/live", ports => { $port => 80 });
ok($guest->wait_http($port, 30), 'it answers') or BAIL_OUT($guest->console);
open my $log, '>', "$out/console" or die "$out/console: $!";
print $log "an older boot: web code ", '0' x 64, ' instance ', '0' x 64,
	"\r\n", $guest->console =~ s/\n/\r\n/gr;
close $log;

sub live {
	my ($name, $image, $from, $wanted, $pattern) = @_;
	my ($is, $text) = Guest::unicc('verify', '--live', $from,
		"$out/$image");
	is($is, $wanted, "$name: exit status $wanted");
	like($text, $pattern, "$name: what is said");
}

my $address = "http://127.0.0.1:$port";
for my $from ("$out/console", $address, "$address/",
	"$address/.well-known/unicc") {
	live("its own image by $from", 'live', $from, 0,
		qr/^runs at   .*\nintact, origin unproven$/m);
	live("another by $from", 'web', $from, 4,
		qr/E1001: code root: it runs [0-9a-f]{64}, the file is /);
}
live('a page that is none', 'live', "$address/nothing", 3,
	qr/E1002: it gives no answer.*\n    fix: write identity = true/);
live('a page without roots', 'live', "$address/index.html", 3,
	qr/E1002: it holds no line/);
live('an address where nobody is', 'live',
	'http://127.0.0.1:' . Guest::free_port(), 3,
	qr/E1002: it gives no answer/);
live('a log that is none', 'live', "$out/nothing", 3, qr/E1002: No such file/);
live('a log without a banner', 'live', "$out/web/web.qemu", 3,
	qr/E1002: it holds no line/);
live('an option of curl', 'live', '--output', 3, qr/E1002/);
$guest->stop;
done_testing();
