#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A machine that is asked who it is may answer anything, for ever, or nothing:
# verification ends soon, in little memory, believes one whole line only, and
# what it shows of an answer moves no cursor.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Guest;
use IO::Socket::INET;
use Test::More;
use Time::HiRes qw(sleep time);

my $out = tempdir(CLEANUP => 1);
my ($status, $said) = Guest::unicc("$Bin/../../configs/hello.lua", '-o',
	"$out/hello");
is($status, 0, 'an image is built') or BAIL_OUT($said);
(undef, $said) = Guest::unicc('id', "$out/hello");
my %root = $said =~ /^(code|instance) +([0-9a-f]{64})$/mg;
my $line = "hello code $root{code} instance $root{instance}\n";
my $zeros = '0' x 64;

sub answer {
	my ($body, $length, $first) = @_;
	$length //= length $body;
	return ($first // 'HTTP/1.1 200 OK') .
	    "\r\nContent-Length: $length\r\nConnection: close\r\n\r\n$body";
}

# A server in a process of its own that says this to each who asks; a code
# reference says it itself.
sub serve {
	my ($says) = @_;
	my $socket = IO::Socket::INET->new(Listen => 5,
		LocalAddr => '127.0.0.1') or die "socket: $!";
	my $child = fork // die "fork: $!";
	return ($child, 'http://127.0.0.1:' . $socket->sockport) if $child;
	$SIG{PIPE} = 'IGNORE';
	while (my $client = $socket->accept) {
		$client->autoflush(1);
		my $asked = <$client>;
		ref $says ? $says->($client) : print $client $says;
		close $client;
	}
	exit 0;
}

sub asked {
	my ($name, $says, $wanted, $pattern) = @_;
	my ($child, $address) = serve($says);
	my $before = time;
	my ($is, $text) = Guest::unicc('verify', '--live', $address,
		"$out/hello");
	kill 'KILL', $child;
	waitpid $child, 0;
	is($is, $wanted, "$name: exit status $wanted");
	like($text, $pattern, "$name: what is said");
	unlike($text, qr/[^\n\t\x20-\x7e]/, "$name: nothing moves the cursor");
	ok(time - $before < 30, "$name: it ends");
}

asked('one line', answer($line), 0, qr/^intact, origin unproven$/m);
asked('a line break fewer', answer($line =~ s/\n//r), 3, qr/E1002: it holds no/);
asked('a line more', answer("$line\n"), 3, qr/E1002: it holds no line/);
asked('two machines', answer($line =~ s/$root{code}/$zeros/r . $line), 3,
	qr/E1002: it holds no line/);
asked('a cursor that moves', answer("\e[2J\e[H$line"), 3,
	qr/E1002: it holds no line/);
asked('a cursor that moves in the status',
	answer($line, undef, "HTTP/1.1 404 \e[2Jno"), 3,
	qr/E1002: it gives no answer/);
asked('less than it promises', answer($line, 4000), 3,
	qr/E1002: it gives no answer/);
asked('more than it promises', answer("$line$line", length $line), 0,
	qr/^intact, origin unproven$/m);
asked('elsewhere', "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n" .
	"Content-Length: 0\r\n\r\n", 3, qr/E1002: it holds no line/);
asked('no HTTP', "\x00\xff" x 100, 3, qr/E1002: it gives no answer/);
asked('nothing', '', 3, qr/E1002: it gives no answer/);
asked('bytes without end', sub {
	my ($client) = @_;
	print $client "HTTP/1.1 200 OK\r\n\r\n";
	1 while print $client 'x' x 65536;
}, 3, qr/E1002: it says more than the 4096 bytes/);
asked('heads without end', sub {
	my ($client) = @_;
	print $client "HTTP/1.1 200 OK\r\n";
	1 while print $client 'X-More: ' . 'x' x 65536 . "\r\n";
}, 3, qr/E1002: it gives no answer/);
asked('a byte a second', sub {
	my ($client) = @_;
	print $client "HTTP/1.1 200 OK\r\n\r\n";
	for my $byte (split //, $line) {
		print $client $byte or last;
		sleep 1;
	}
}, 3, qr/E1002: it gives no answer: curl: \(28\)/);

# ---- Logs ---------------------------------------------------------------------

sub logged {
	my ($name, $log, $wanted, $pattern) = @_;
	open my $file, '>:raw', "$out/log" or die "$out/log: $!";
	print $file $log;
	close $file;
	my ($is, $text) = Guest::unicc('verify', '--live', "$out/log",
		"$out/hello");
	is($is, $wanted, "$name: exit status $wanted");
	like($text, $pattern, "$name: what is said");
}

my $other = $line =~ s/$root{instance}/$zeros/r;
logged('an older boot of another', "$other$line", 0, qr/^intact/m);
logged('a later boot of another', "$line$other", 4,
	qr/E1001: instance root: it runs 0{64}, the file is/);
logged('a longer line', $line . ($other =~ s/\n/ and more\n/r), 0,
	qr/^intact/m);
logged('bytes of any kind', "\0\e[2J\xff\xfe boot: $line", 0, qr/^intact/m);
logged('a line cut short', substr($line, 0, -2), 3, qr/E1002/);
logged('a log of nothing', '', 3, qr/E1002/);
done_testing();
