#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# HTTP/1.1 from outside: RFC 9110 and RFC 9112, a case a line of TAP. The
# first 33 are the subjects of uNetworking/h1spec's list. Needs "/" to exist.
#
#     conformance.pl HOST PORT
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Client;
use Test::More;

my ($host, $port) = Client::arguments();
alarm 120;
my $get = "GET / HTTP/1.1\r\nHost: localhost\r\n";

sub dial { Client->open($host, $port) or BAIL_OUT("no connection to $host:$port") }

# The response to one request on a connection of its own.
sub ask {
	my ($request, $method) = @_;
	my $client = dial();
	$client->send($request);
	return ($client->response($method // 'GET'), $client);
}

# A case: the request gives one of the statuses; with is_closed, the
# connection then ends.
sub gives {
	my ($name, $request, $statuses, $is_closed) = @_;
	my ($response, $client) = ask($request);
	my $status = $response ? $response->{status} : 'nothing';
	my $fits = grep { $_ eq $status } split / /, $statuses;
	my $ended = !$is_closed || $client->is_ended(2);
	ok($fits && $ended, $name) or
		diag("expected $statuses, got $status", $ended ? '' : ', and it stays open');
	$client->close;
}

# ---- 1 to 15: parts of a request are waited for, without a word

my @parts = (
	['method', 'G'],
	['target 1', 'GET '],
	['target 2', 'GET /hello'],
	['target 3', 'GET /hello '],
	['version', 'GET /hello HTTP'],
	['request line', 'GET /hello HTTP/1.1'],
	['request line, CR', "GET /hello HTTP/1.1\r"],
	['request line, CR LF', "GET /hello HTTP/1.1\r\n"],
	['field name', "GET /hello HTTP/1.1\r\nHos"],
	['field value 1', "GET /hello HTTP/1.1\r\nHost:"],
	['field value 2', "GET /hello HTTP/1.1\r\nHost: "],
	['field value 3', "GET /hello HTTP/1.1\r\nHost: localhost"],
	['field value 4', "GET /hello HTTP/1.1\r\nHost: localhost\r"],
	['head', "GET /hello HTTP/1.1\r\nHost: localhost\r\n"],
	['end of the head', "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r"],
);
my @waiting = map { my $client = dial(); $client->send($_->[1]); $client } @parts;
select undef, undef, undef, 0.6;
for my $i (0 .. $#parts) {
	ok($waiting[$i]->is_silent(0), "waits for the rest of a $parts[$i][0]");
	$waiting[$i]->close;
}

# ---- 16 to 33

gives('a request line without a version is refused', "GET / \r\n\r\n", '400', 1);
gives('Expect: 100-continue without a body is answered', "${get}Expect: 100-continue\r\n\r\n", '100 200');
gives('a GET is answered', "$get\r\n", '200');
gives('odd case, a tab and an empty field are fine',
	"GET / HTTP/1.1\r\nhoSt:\texample.com\r\nempty:\r\n\r\n", '200');
gives('brackets in a field name are refused', "${get}X-Invalid[]: test\r\n\r\n", '400', 1);
gives('a missing Host is refused', "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", '400', 1);
gives('two Hosts are refused', "${get}Host: example.org\r\n\r\n", '400', 1);
gives('a negative Content-Length beyond 64 bits is refused',
	"${get}Content-Length: -123456789123456789123456789\r\n\r\n", '400', 1);
gives('a negative Content-Length is refused', "${get}Content-Length: -1234\r\n\r\n", '400', 1);
gives('a Content-Length of letters is refused', "${get}Content-Length: abc\r\n\r\n", '400', 1);
gives('an empty field value is fine', "${get}X-Empty-Header: \r\n\r\n", '200');
gives('a control character in a field value is refused', "${get}X-Bad: test\x07\r\n\r\n", '400', 1);
gives('HTTP/9.9 is refused', "GET / HTTP/9.9\r\nHost: a\r\n\r\n", '505', 1);
gives('words before the method are refused', "Extra lineGET / HTTP/1.1\r\nHost: a\r\n\r\n", '400', 1);
gives('a bare CR before a field is refused', "$get\rSome-Header: Test\r\n\r\n", '400', 1);
gives('a POST with a body is understood (405: there are no handlers)',
	"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello", '405');
gives('Transfer-Encoding with Content-Length is refused',
	"${get}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", '400', 1);
gives('a chunked POST is understood (405: there are no handlers)',
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", '405');

# ---- Framing (RFC 9112, 2, 5, 6, 7)

gives('a bare LF ends no line', "GET / HTTP/1.1\nHost: a\n\n", '400', 1);
gives('a NUL in a field is refused', "${get}X: a\0b\r\n\r\n", '400', 1);
gives('a folded line is refused', "${get}X: a\r\n b\r\n\r\n", '400', 1);
gives('a blank before the colon is refused', "${get}Content-Length : 5\r\n\r\n", '400', 1);
gives('a blank before the first field is refused', "GET / HTTP/1.1\r\n Host: a\r\n\r\n", '400', 1);
gives('a line without a colon is refused', "${get}nonsense\r\n\r\n", '400', 1);
gives('an empty line before a request is passed over', "\r\n$get\r\n", '200');
gives('two equal Content-Lengths are refused',
	"${get}Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", '400', 1);
gives('a list of Content-Lengths is refused', "${get}Content-Length: 5, 5\r\n\r\nhello", '400', 1);
gives('a signed Content-Length is refused', "${get}Content-Length: +5\r\n\r\nhello", '400', 1);
gives('a Content-Length beyond 64 bits is too large',
	"${get}Content-Length: 123456789123456789123456789\r\n\r\n", '413', 1);
gives('an unknown transfer coding is not implemented', "${get}Transfer-Encoding: zip\r\n\r\n", '501', 1);
gives('Transfer-Encoding twice is refused',
	"${get}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", '400', 1);
gives('Transfer-Encoding in HTTP/1.0 is refused',
	"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", '400', 1);
gives('a chunk size that is no number is refused', "${get}Transfer-Encoding: chunked\r\n\r\nxyz\r\n", '400', 1);
gives('a negative chunk size is refused', "${get}Transfer-Encoding: chunked\r\n\r\n-5\r\n", '400', 1);
gives('a chunk size with 0x is refused', "${get}Transfer-Encoding: chunked\r\n\r\n0x5\r\n", '400', 1);
gives('a chunk size beyond 64 bits is too large',
	"${get}Transfer-Encoding: chunked\r\n\r\n10000000000000000\r\n", '413', 1);
gives('a chunk longer than its size is refused',
	"${get}Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n", '400', 1);
gives('a bare LF in chunk framing is refused',
	"${get}Transfer-Encoding: chunked\r\n\r\n5\nhello\n0\n\n", '400', 1);
gives('an unknown expectation fails', "${get}Expect: wonders\r\n\r\n", '417', 1);

# ---- Request lines and targets

gives('an unknown method is not implemented', "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", '501');
gives('methods have a case', "get / HTTP/1.1\r\nHost: a\r\n\r\n", '501');
gives('HTTP/1.2 is answered as 1.1', "GET / HTTP/1.2\r\nHost: a\r\n\r\n", '200');
gives('HTTP/2.0 is refused', "GET / HTTP/2.0\r\nHost: a\r\n\r\n", '505', 1);
gives('http/1.1 in lower case is refused', "GET / http/1.1\r\nHost: a\r\n\r\n", '400', 1);
gives('two spaces are refused', "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", '400', 1);
gives('an absolute target is understood', "GET http://localhost/ HTTP/1.1\r\nHost: a\r\n\r\n", '200');
gives('a target that is no path is refused', "GET index.html HTTP/1.1\r\nHost: a\r\n\r\n", '400', 1);
gives('a fragment is refused', "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n", '400', 1);
gives('climbing above the root is refused', "GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", '400', 1);
gives('climbing in escapes is refused', "GET /%2e%2e%2f%2e%2e%2fetc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", '400', 1);
gives('an escaped NUL is refused', "GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n", '400', 1);
gives('a broken escape is refused', "GET /%4 HTTP/1.1\r\nHost: a\r\n\r\n", '400', 1);
gives('dots that stay inside are fine', "GET /./a/../ HTTP/1.1\r\nHost: a\r\n\r\n", '200');
gives('a query is ignored', "GET /?a=/../b HTTP/1.1\r\nHost: a\r\n\r\n", '200');
gives('what is not there is not found', "GET /no/such/thing HTTP/1.1\r\nHost: a\r\n\r\n", '404');
gives('a Host of two words is refused', "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", '400', 1);
gives('a very long target is too long', 'GET /' . 'x' x 100_000 . " HTTP/1.1\r\nHost: a\r\n\r\n", '414', 1);
gives('a very long field is too large', "${get}X: " . 'x' x 100_000 . "\r\n\r\n", '431', 1);
gives('very many fields are too large', $get . "X: y\r\n" x 30_000 . "\r\n", '431', 1);

# ---- Responses

my ($page) = ask("$get\r\n");
my $etag = $page->{fields}{etag} // '';
my $size = length $page->{body};
is($page->{fields}{'content-length'}, $size, 'Content-Length is the length of the body');
like($etag, qr/^"[^"]+"$/, 'there is a strong ETag');
like($page->{fields}{'content-type'}, qr{^text/html\b}, 'Content-Type is that of a page');
SKIP: {
	my $date = $page->{fields}{date};
	skip 'no wall clock, no Date', 1 unless defined $date;
	like($date, qr/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w\w\w \d{4} \d\d:\d\d:\d\d GMT$/,
		'Date has the preferred form');
}
{
	my ($head, $client) = ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n$get\r\n", 'HEAD');
	my $next = $client->response('GET');
	is($head->{status}, '200', 'HEAD is answered');
	my %fields = (%{$head->{fields}}, date => $page->{fields}{date});
	my %wanted = (%{$page->{fields}}, date => $page->{fields}{date});
	is_deeply(\%fields, \%wanted, 'HEAD has the fields of GET');
	is($next && $next->{body}, $page->{body}, 'HEAD has no body: the next response follows at once');
}
{
	my ($response) = ask("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
	is($response->{fields}{allow}, 'GET, HEAD, OPTIONS', '405 tells what is allowed');
	($response) = ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
	is("$response->{status} $response->{fields}{allow} $response->{fields}{'content-length'}",
		'200 GET, HEAD, OPTIONS 0', 'OPTIONS * is answered');
}
for (['its ETag', $etag, 304], ['its ETag, weak', "W/$etag", 304], ['a list with its ETag', "\"a\" , $etag", 304],
	['*', '*', 304], ['another ETag', '"another"', 200]) {
	my ($what, $tags, $status) = @$_;
	my ($response) = ask("${get}If-None-Match: $tags\r\n\r\n");
	is($response->{status}, $status, "If-None-Match with $what gives $status");
	ok($response->{fields}{etag} eq $etag && !exists $response->{fields}{'content-length'},
		'304 has the ETag and no length') if $what eq '*';
}
gives('If-Match with another ETag fails', "${get}If-Match: \"another\"\r\n\r\n", '412');
gives('If-Match with its ETag is answered', "${get}If-Match: $etag\r\n\r\n", '200');
for (['0-0', 0, 0], ['1-', 1, $size - 1], ['-2', $size - 2, $size - 1], ['2-999999999', 2, $size - 1]) {
	my ($range, $first, $last) = @$_;
	my ($response) = ask("${get}Range: bytes=$range\r\n\r\n");
	is_deeply([@$response{qw(status body)}, $response->{fields}{'content-range'}],
		[206, substr($page->{body}, $first, $last - $first + 1), "bytes $first-$last/$size"],
		"Range bytes=$range gives that part");
}
{
	my ($response) = ask("${get}Range: bytes=999999999-\r\n\r\n");
	is("$response->{status} $response->{fields}{'content-range'}", "416 bytes */$size",
		'a range beyond the end is not satisfiable');
	($response) = ask("${get}Range: bytes=0-1,3-4\r\n\r\n");
	ok($response->{status} == 200 && $response->{body} eq $page->{body}, 'several ranges give the whole');
	($response) = ask("${get}Range: bytes=5-2\r\n\r\n");
	is($response->{status}, 200, 'a range from back to front gives the whole');
	($response) = ask("${get}Range: bytes=0-1\r\nIf-Range: $etag\r\n\r\n");
	is($response->{status}, 206, 'If-Range with its ETag gives the part');
	($response) = ask("${get}Range: bytes=0-1\r\nIf-Range: \"another\"\r\n\r\n");
	is($response->{status}, 200, 'If-Range with another ETag gives the whole');
}
SKIP: {
	skip 'no compressed form of /', 7 unless ($page->{fields}{vary} // '') =~ /accept-encoding/i;
	for (['gzip', 'gzip'], ['br, gzip;q=0.5', 'gzip'], ['*', 'gzip'], ['gzip;q=0', undef],
		['gzip;q=0.5, identity;q=0.9', undef]) {
		my ($encodings, $coding) = @$_;
		my ($response) = ask("${get}Accept-Encoding: $encodings\r\n\r\n");
		is($response->{fields}{'content-encoding'}, $coding, "Accept-Encoding: $encodings");
	}
	my ($response) = ask("${get}Accept-Encoding: gzip\r\n\r\n");
	isnt($response->{fields}{etag}, $etag, 'the compressed form has an ETag of its own');
	like($response->{fields}{vary} // '', qr/Accept-Encoding/, 'the compressed form has Vary');
}

# ---- Connections (RFC 9112, 9)

{
	my ($response, $client) = ask("${get}Connection: close\r\n\r\n");
	is($response->{fields}{connection}, 'close', 'Connection: close is confirmed');
	ok($client->is_ended(2), 'and kept');
	($response, $client) = ask("GET / HTTP/1.0\r\n\r\n");
	ok($response->{status} == 200 && $client->is_ended(2), 'HTTP/1.0 needs no Host and ends');
	($response, $client) = ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
	is($response->{fields}{connection}, 'keep-alive', 'HTTP/1.0 with keep-alive is confirmed');
	$client->send("GET / HTTP/1.0\r\n\r\n");
	ok($client->response('GET') && $client->is_ended(2), 'and kept');
}
{
	my $client = dial();
	my $same = 0;
	for (1 .. 20) {
		$client->send("$get\r\n");
		my $response = $client->response('GET');
		$same += $response && $response->{body} eq $page->{body};
	}
	is($same, 20, '20 requests on one connection');
	$client->send("$get\r\n" x 50);
	$same = 0;
	for (1 .. 50) {
		my $response = $client->response('GET');
		$same += $response && $response->{body} eq $page->{body};
	}
	is($same, 50, '50 requests in a pipeline');
}
{
	my $client = dial();
	for my $byte (split //, "${get}Connection: close\r\n\r\n") {
		$client->send($byte);
		select undef, undef, undef, 0.002;
	}
	my $response = $client->response('GET');
	is($response && $response->{body}, $page->{body}, 'a request in pieces of one byte');
}
{
	my ($response, $client) = ask("${get}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n");
	is($response->{status}, 100, 'Expect: 100-continue with a body is told to go on');
	$client->send('hello');
	$response = $client->response('GET');
	is($response && $response->{status}, 200, 'and answered behind the body');
	($response, $client) = ask("POST / HTTP/1.1\r\nHost: a\r\n" .
		"Content-Length: 5\r\n\r\nhello${get}\r\n");
	my $next = $client->response('GET');
	is($next && $next->{body}, $page->{body}, 'a request behind a body is found');
	($response, $client) = ask("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" .
		"5;x=y\r\nhello\r\n0\r\nTrailer: z\r\n\r\n${get}\r\n");
	$next = $client->response('GET');
	is($next && $next->{body}, $page->{body}, 'a request behind chunks is found');
}
{
	my $client = dial();
	$client->send("$get\r\n");
	shutdown $client->{socket}, 1;
	my $response = $client->response('GET');
	ok($response && $response->{body} eq $page->{body} && $client->is_ended(2),
		'a client that has sent its end is answered');
}
done_testing();
