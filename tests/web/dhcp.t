#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# With dhcp = true the address comes from the network's server. Without a
# server the wait is bounded and said, and the machine goes on with its own
# address and with asking.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Guest;
use IO::Socket::UNIX;
use Test::More;

my $out = tempdir(CLEANUP => 1);
my ($port, $bell) = (Guest::free_port(), Guest::free_port());

sub build {
	my ($name) = @_;
	my ($status, $said) = Guest::unicc("$Bin/$name.lua", '-o', "$out/$name");
	is($status, 0, "$name: the image is built") or BAIL_OUT($said);
}

{
	build('dhcp');
	my $guest = Guest->start(config => "$out/dhcp", ports => { $port => 80 });
	ok($guest->wait_http($port, 30), 'it answers') or diag($guest->console);
	like($guest->console, qr/^ip: address 10\.0\.2\.15 by DHCP/m,
		'it says its address');
}

# QEMU's filter holds every frame of the network back until it is told not to.
{
	build('fallback');
	my $guest = Guest->start(config => "$out/fallback",
		ports => { $port => 80, $bell => 9 },
		arguments => [ map { ('--qemu-arg', $_) } '-object',
			'filter-buffer,id=wall,netdev=nic,interval=4000000000',
			'-monitor', "unix:$out/monitor,server=on,wait=off" ]);
	ok($guest->wait_for(qr/^ip: no DHCP server has answered in 2 s/m, 20),
		'without a server it says so after the time given') or
		diag($guest->console);
	ok($guest->wait_for(qr/^ip: address 10\.0\.2\.15 until one does/m, 2),
		'it takes the address of its configuration');
	ok(!$guest->has_ended, 'it goes on');
	my $monitor = IO::Socket::UNIX->new(Peer => "$out/monitor") or
		BAIL_OUT("no monitor: $!");
	print $monitor "qom-set /objects/wall status off\n";
	$monitor->flush;
	ok($guest->wait_http($port, 10), 'it answers once there is a network');
	ok($guest->wait_for(qr/^ip: address 10\.0\.2\.15 by DHCP/m, 60),
		'and takes the address that a server then gives') or
		diag($guest->console);
	ok($guest->wait_http($port, 10), 'with which it answers too');
	IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $bell)->close;
	is($guest->wait_end(10), 0, 'it ends in order');
	my @pools = $guest->console =~ /^ip: pool (.*)$/mg;
	ok(@pools > 3, 'the pools are counted');
	is_deeply([grep { !/ 0 used/ } @pools], [], 'no buffer is leaked');
}
done_testing();
