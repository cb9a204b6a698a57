#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Frames come and go in rings of every size, also the smallest, and the driver
# counts them; a slot without its device is refused by name.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use File::Basename qw(dirname);
use IO::Select;
use IO::Socket::INET;
use POSIX qw(:sys_wait_h);
use Test::More;
use Time::HiRes qw(sleep);

my $datagrams = 2000;

# Send datagrams, window at once, until no answer comes for a second; how many
# came with the right bytes. The first alone: the host asks for our address.
sub echo {
	my ($port, $window) = @_;
	my $socket = IO::Socket::INET->new(Proto => 'udp',
		PeerAddr => '127.0.0.1', PeerPort => $port) or die $!;
	my $select = IO::Select->new($socket);
	my ($answers, $next, %waiting) = (0, 0);
	while (1) {
		while (keys %waiting < ($answers ? $window : 1)) {
			my $bytes = pack('N', $next) . chr($next % 256) x
				($next * 37 % 1400);
			$waiting{$next++} = $bytes;
			$socket->send($bytes);
		}
		return $answers if !$select->can_read(1);
		$socket->recv(my $bytes, 2000);
		my $number = unpack 'N', $bytes // '';
		next if !defined $number;	# the guest is gone
		$answers++ if ($waiting{$number} // '') eq $bytes;
		delete $waiting{$number};
	}
}

# Start the machine by its own QEMU command, with a UDP port forwarded, which
# unicc run does not do. The folder with its console.
sub start {
	my ($config, $port) = @_;
	my $folder = dirname($config) . '/build/machine';
	my ($status, $said) = Guest::unicc($config);
	$status == 0 or BAIL_OUT($said);
	my $command = Guest::slurp("$folder/machine.qemu");
	$command =~ s/user,id=nic/$&,hostfwd=udp:127.0.0.1:$port-:7/ or
		BAIL_OUT('no -netdev user,id=nic');
	open my $script, '>', "$folder/forwarded.qemu" or die $!;
	print $script $command;
	close $script or die $!;
	my $pid = fork() // die $!;
	return ($pid, "$folder/console") if $pid != 0;
	open STDIN, '<', '/dev/null';
	open STDOUT, '>', "$folder/console";
	exec '/bin/sh', "$folder/forwarded.qemu" or POSIX::_exit(127);
}

# Has the guest ended by itself within some seconds?
sub ends {
	my ($pid, $seconds) = @_;
	for (1 .. 20 * $seconds) {
		return 1 if waitpid($pid, WNOHANG) == $pid;
		sleep 0.05;
	}
	kill 'KILL', $pid;
	waitpid $pid, 0;
	return 0;
}

for my $slots (2, 32, 256) {
	my $port = Guest::free_port();
	my $config = Boot::machine(
		"nic = virtio_net { receive_slots = $slots, " .
		"transmit_slots = $slots }\n" .
		"echo = netecho { net = nic, frames = $datagrams }");
	my ($pid, $console) = start($config, $port);
	sleep 0.05 until Guest::slurp($console) =~ /^machine code/m ||
		kill(0, $pid) == 0;
	my $answers = echo($port, $slots / 2);
	cmp_ok($answers, '>=', $datagrams - $slots, "$slots slots: they come back");
	ok(ends($pid, 5), "$slots slots: it ends after so many");
	my ($received, $sent) = Guest::slurp($console) =~
		/^nic: (\d+) frames received, (\d+) sent, 0 dropped, 0 errors$/m;
	cmp_ok($received // 0, '>=', $datagrams, "$slots slots: received");
	cmp_ok($sent // 0, '>=', $datagrams - 1, "$slots slots: sent");
}

my ($status, $said) = Boot::boot("nic = virtio_net {}\n" .
	'echo = netecho { net = nic }', '--qemu-arg', '-global',
	'--qemu-arg', 'virtio-mmio.force-legacy=true');
is($status, 5, 'a device of before virtio 1.0: the machine leaves');
like($said, qr/^nic: expected a virtio network device in slot 0, found one/m,
	'and says what it expected, where, and what it found');
done_testing();
