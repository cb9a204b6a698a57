# SPDX-License-Identifier: ISC
# A plain HTTP/1.1 client for black-box tests: raw bytes out, parsed responses
# in, every wait bounded. Talks to loopback addresses alone.
package Client;
use strict;
use warnings;
use Errno qw(EAGAIN EWOULDBLOCK EINPROGRESS);
use IO::Select;
use IO::Socket::INET;
use Socket qw(IPPROTO_TCP TCP_NODELAY SOL_SOCKET SO_LINGER);
use Time::HiRes qw(time sleep);

# The host and port of the command line; ends the program if they are wrong.
sub arguments {
	my ($least) = @_;
	die "usage: $0 HOST PORT\n" unless @ARGV >= ($least // 2);
	my ($host, $port) = @ARGV;
	$host = '127.0.0.1' if $host eq 'localhost';
	die "$0: $host is not a loopback address\n" unless $host =~ /^127\.\d+\.\d+\.\d+$/;
	return ($host, $port);
}

# A connection, or undef. Waits wait_s at most, 3 s if not given.
sub open {
	my ($class, $host, $port, $wait_s) = @_;
	my $socket = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port,
		Proto => 'tcp', Timeout => $wait_s // 3) or return undef;
	$socket->setsockopt(IPPROTO_TCP, TCP_NODELAY, 1);
	$socket->blocking(0);
	return bless { socket => $socket, bytes => '', ended => 0 }, $class;
}

# Send all bytes, 5 s at most. False if the peer has closed or takes nothing.
sub send {
	my ($self, $bytes) = @_;
	my $until = time + 5;
	local $SIG{PIPE} = 'IGNORE';
	while (length $bytes) {
		my $sent = syswrite $self->{socket}, $bytes;
		if (defined $sent) {
			substr($bytes, 0, $sent) = '';
			next;
		}
		return 0 unless $! == EAGAIN || $! == EWOULDBLOCK;
		return 0 if time > $until;
		IO::Select->new($self->{socket})->can_write(0.2);
	}
	return 1;
}

# Wait for more bytes; false when the peer has ended or wait_s have passed.
sub fill {
	my ($self, $wait_s) = @_;
	return 0 if $self->{ended};
	return 0 unless IO::Select->new($self->{socket})->can_read($wait_s);
	my $got = sysread $self->{socket}, my $bytes, 65536;
	if (!defined $got) {
		return 1 if $! == EAGAIN || $! == EWOULDBLOCK;
		$self->{ended} = 'reset';
		return 0;
	}
	if ($got == 0) {
		$self->{ended} = 'closed';
		return 0;
	}
	$self->{bytes} .= $bytes;
	return 1;
}

# The next response as a hash of status, reason, version, fields (names in
# lower case), body, head; undef if none came whole in time. method tells
# whether a body follows.
sub response {
	my ($self, $method, $wait_s) = @_;
	my $until = time + ($wait_s // 3);
	my %response;
	while ($self->{bytes} !~ /\r\n\r\n/) {
		my $left = $until - time;
		return undef if $left <= 0;
		return undef if !$self->fill($left) && $self->{ended};
	}
	$self->{bytes} =~ s/^(.*?\r\n)\r\n//s;
	$response{head} = $1;
	my ($line, @fields) = split /\r\n/, $response{head};
	@response{qw(version status reason)} = $line =~ m{^(HTTP/1\.1) (\d\d\d) (.*)$} or return undef;
	for (@fields) {
		/^([!#-'*+.^-z|~0-9A-Z-]+): (.*)$/ or return undef;
		return undef if exists $response{fields}{lc $1};
		$response{fields}{lc $1} = $2;
	}
	my $size = $response{fields}{'content-length'} // 0;
	$size = 0 if $method eq 'HEAD' || $response{status} =~ /^(?:1|204|304)/;
	while (length $self->{bytes} < $size) {
		my $left = $until - time;
		return undef if $left <= 0;
		return undef if !$self->fill($left) && $self->{ended};
	}
	$response{body} = substr $self->{bytes}, 0, $size, '';
	return \%response;
}

# Has the peer ended the connection within wait_s, and sent nothing more?
sub is_ended {
	my ($self, $wait_s) = @_;
	my $until = time + $wait_s;
	while (!$self->{ended} && time < $until) {
		$self->fill($until - time);
	}
	return $self->{ended} && $self->{bytes} eq '';
}

# Is it open and silent for wait_s?
sub is_silent {
	my ($self, $wait_s) = @_;
	$self->fill($wait_s);
	return !$self->{ended} && $self->{bytes} eq '';
}

# End with a reset instead of a FIN.
sub reset {
	my ($self) = @_;
	$self->{socket}->setsockopt(SOL_SOCKET, SO_LINGER, pack 'ii', 1, 0);
	close $self->{socket};
}

sub close { close $_[0]{socket} }

1;
