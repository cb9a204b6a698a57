#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What a server on an open network meets: malformed, oversized, endless, split,
# pipelined and silent requests, floods, slow clients, connections without
# number. Throughout, another client must go on being answered.
#
#     hostile.pl HOST PORT [IN_A_ROW [BEYOND]]
#
# IN_A_ROW: connections one after another, by default HOSTILE_IN_A_ROW of the
# environment or else 10,000. BEYOND: silent connections held at once, 1,100 if
# not given.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Client;
use Test::More;
use Time::HiRes qw(time sleep);

# Every connection held is a file: ask for enough of them, once.
unless ($ENV{HOSTILE_FILES}) {
	$ENV{HOSTILE_FILES} = 1;
	exec 'sh', '-c', 'ulimit -n 4096 2>/dev/null; exec "$@"', 'sh', $^X, $0, @ARGV;
}

my ($host, $port) = Client::arguments();
my $in_a_row = $ARGV[2] // $ENV{HOSTILE_IN_A_ROW} // 10_000;
my $beyond = $ARGV[3] // 1_100;
$SIG{PIPE} = 'IGNORE';
alarm 900;
srand 1;

my $get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
my $close = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

# A moment between two connections: QEMU's user network lets one wait at most,
# and whoever comes then tries again after a second.
sub dial {
	sleep 0.003;
	return Client->open($host, $port, $_[0]);
}

# A fresh client asks for the page; the seconds it took, or undef.
my $page;
sub witness {
	my $start = time;
	my $client = dial(5) or return undef;
	$client->send($close) or return undef;
	my $response = $client->response('GET', 5);
	my $ended = $response && $client->is_ended(5);
	$client->close;
	return undef unless $response && $response->{status} == 200 && $ended;
	$page //= $response->{body};
	return undef unless $response->{body} eq $page;
	return time - $start;
}

sub others_are_answered {
	my ($name) = @_;
	my $took = witness();
	ok(defined $took, "$name: another client is answered");
	return $took;
}

# One that stays connected through everything; it asks again after it was
# let go, as browsers do.
my $regular;
sub regular {
	for (1 .. 2) {
		$regular //= dial(5) or return 0;
		$regular->send($get);
		my $response = $regular->response('GET', 5);
		return 1 if $response && $response->{body} eq $page;
		$regular->close;
		$regular = undef;
	}
	return 0;
}

BAIL_OUT("no answer from $host:$port") unless defined witness();

# ---- Malformed

{
	my @heads = ("\0" x 100, "\r\n\r\n\r\n\r\n", "GET\r\n\r\n", " \r\n\r\n", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
		"GET / HTTP/1.1\r\n:\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
		"GET / HTTP/1.1\r\nHost: \0\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n", "\n\n\n\n", "GET / HTTP/1.1\r\r\n\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm;branch=foo\r\n\r\n", "-" x 1279 . "\r\n");
	my ($refused, $sent) = (0, 0);
	for my $head (@heads) {
		my $client = dial() or next;
		$sent++ if $client->send($head);
		my $response = $client->response('GET', 0.5);
		$refused++ if $response ? $response->{status} >= 400 : 1;
		$client->close;
	}
	is($refused, scalar @heads, 'malformed heads are never answered with a page');
	for (1 .. 300) {
		my $client = dial() or next;
		my $bytes = $_ % 2 ? $get : join '', map { chr int rand 256 } 1 .. 1 + rand 600;
		substr($bytes, rand length $bytes, 1) = chr int rand 256 for 1 .. 1 + rand 4;
		$client->send($bytes);
		$client->fill(0.005);
		$_ % 3 ? $client->close : $client->reset;
	}
	others_are_answered('300 random and mutated requests');
}

# ---- Oversized and endless

for (['first line', 'GET /', 'x'], ['field', "GET / HTTP/1.1\r\nHost: a\r\nX: ", 'x'],
	['head', "GET / HTTP/1.1\r\nHost: a\r\n", "X: y\r\n"], ['run of empty lines', '', "\r\n"],
	['chunk extension', "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1;", 'x'],
	['run of chunks', "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"],
	['trailer', "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "X: y\r\n"],
	['chunk size', "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", '0'],
	['number', "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ", '9']) {
	my ($name, $start, $again) = @$_;
	my $client = dial() or next;
	my $block = $again x (16384 / length $again);
	my $sent = $client->send($start);
	my $response;
	for (1 .. 256) {
		$sent &&= $client->send($block);
		$client->fill(0);
		last if !$sent || $client->{ended} || length $client->{bytes};
	}
	$response = $client->response('GET', 3);
	my $status = $response ? $response->{status} : 0;
	ok($status >= 400 || $client->{ended}, "an endless $name is ended") or diag("status $status");
	$client->close;
}
others_are_answered('endless requests');

# ---- Split, many at once

{
	my @clients = grep { defined } map { dial() } 1 .. 40;
	for my $byte (split //, $get) {
		$_->send($byte) for @clients;
		sleep 0.002;
	}
	my $same = grep { my $r = $_->response('GET', 5); $r && $r->{body} eq $page } @clients;
	is($same, 40, '40 clients that send a byte at a time are all answered');
	$_->close for @clients;
}

# ---- Pipelined without reading

{
	my $client = dial();
	my ($same, $sent) = (0, 0);
	while ($sent < 1000) {
		$client->send($get x 50);
		$sent += 50;
		$client->fill(0);
	}
	for (1 .. $sent) {
		my $response = $client->response('GET', 5);
		$same++ if $response && $response->{body} eq $page;
	}
	is($same, 1000, '1,000 requests in a pipeline are answered in order');
	$client->close;
	my @deaf = grep { defined } map { dial() } 1 .. 30;
	for my $deaf (@deaf) {
		my $bytes = $get x 400;
		syswrite $deaf->{socket}, $bytes;
	}
	sleep 0.5;
	others_are_answered('30 clients that never read');
	ok(regular(), '30 clients that never read: the regular client is answered');
	$_->reset for @deaf;
}

# ---- More connections than there is room for

{
	my @silent;
	my ($worst, $answered, $tries) = (0, 0, 0);
	for my $i (1 .. $beyond) {
		my $client = dial(2);
		push @silent, $client if $client;
		if ($i % 50 == 0) {
			my $took = witness();
			$tries++;
			$answered++ if defined $took;
			$worst = $took if defined $took && $took > $worst;
		}
	}
	ok(@silent >= $beyond * 0.9, "$beyond silent connections are made") or diag(scalar @silent);
	is($answered, $tries, sprintf 'others are answered meanwhile, within %.2f s', $worst);
	ok(regular(), 'and so is the regular client');
	$_->close for @silent;
	others_are_answered('when they have gone');
	# The same with half a head each, and closed on one side.
	@silent = ();
	for my $i (1 .. $beyond / 4) {
		my $client = dial(2) or next;
		$client->send("GET / HTTP/1.1\r\nHos");
		shutdown $client->{socket}, 1 if $i % 2;
		push @silent, $client;
	}
	others_are_answered('half a head and half a close each');
	$_->reset for @silent;
}

# ---- Slow clients that never finish

{
	my @slow;
	my ($answered, $tries) = (0, 0);
	for my $round (1 .. 30) {
		for (1 .. 10) {
			my $client = dial(2) or next;
			$client->send("GET / HTTP/1.1\r\nHost: localhost\r\n");
			push @slow, $client;
		}
		for my $client (@slow) {
			local $! = 0;
			syswrite $client->{socket}, "X-$round: y\r\n";
		}
		$tries++;
		$answered++ if defined witness();
		sleep 0.05;
	}
	is($answered, $tries, 'others are answered beside 300 clients that drip');
	ok(regular(), 'and so is the regular client');
	$_->reset for @slow;
}

# ---- Resets in the middle

{
	for (1 .. 1000) {
		my $client = dial() or next;
		$client->send(substr $get, 0, 1 + rand length $get);
		$client->fill(0) if $_ % 2;
		$client->reset;
	}
	others_are_answered('1,000 resets');
}

# ---- Connections in a row

for my $who ('client', 'server') {
	my ($same, $regular_same, $start) = (0, 0, time);
	for (1 .. $in_a_row) {
		my $client = Client->open($host, $port, 5) or last;
		$client->send($who eq 'client' ? $get : $close);
		my $response = $client->response('GET', 5);
		$same++ if $response && $response->{body} eq $page &&
			($who eq 'client' || $client->is_ended(5));
		$client->close;
		$regular_same++ if $_ % 500 == 0 && regular();
	}
	is($same, $in_a_row, sprintf '%d connections in a row, closed by the %s (%.0f a second)',
		$in_a_row, $who, $in_a_row / (time - $start));
	is($regular_same, int($in_a_row / 500), 'the regular client is answered meanwhile');
}
others_are_answered('at the end');
done_testing();
