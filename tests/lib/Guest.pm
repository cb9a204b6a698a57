# SPDX-License-Identifier: ISC
# A running image for a test: started by unicc run, its console in a file,
# ended when the object goes.
package Guest;

use strict;
use warnings;
use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use IO::Socket::INET;
use POSIX qw(:sys_wait_h);
use Time::HiRes qw(sleep time);

our $root = abs_path(dirname(__FILE__) . '/../..');

# A port of the loopback address that is free now.
sub free_port {
	my $socket = IO::Socket::INET->new(
		Listen => 1, LocalAddr => '127.0.0.1', LocalPort => 0)
		or die "no free port: $!";
	return $socket->sockport;
}

# Run unicc and return its status and all it said.
sub unicc {
	my (@words) = @_;
	my $folder = tempdir(CLEANUP => 1);
	my $pid = fork() // die "fork: $!";
	if ($pid == 0) {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', "$folder/said";
		open STDERR, '>&', \*STDOUT;
		exec "$root/unicc", @words or POSIX::_exit(127);
	}
	waitpid $pid, 0;
	my $status = $? >> 8 | ($? & 127 ? 128 + ($? & 127) : 0);
	return ($status, slurp("$folder/said"));
}

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or return '';
	local $/;
	return scalar <$file> // '';
}

# Guest->start(config => PATH, out => DIR, ports => { HOST => GUEST },
#              arguments => [ ... ])
sub start {
	my ($class, %how) = @_;
	my $self = bless { folder => tempdir(CLEANUP => 1) }, $class;
	my @words = ('run', $how{config});
	push @words, '--port', "$_:$how{ports}{$_}" for sort keys %{$how{ports}};
	push @words, @{$how{arguments} // []};
	$self->{pid} = fork() // die "fork: $!";
	if ($self->{pid} == 0) {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', "$self->{folder}/console";
		open STDERR, '>&', \*STDOUT;
		exec "$root/unicc", @words or POSIX::_exit(127);
	}
	return $self;
}

sub console {
	my ($self) = @_;
	return slurp("$self->{folder}/console");
}

# Wait until the console matches; false when the guest ends or time is up.
sub wait_for {
	my ($self, $pattern, $seconds) = @_;
	my $end = time + $seconds;
	while (1) {
		my $has_ended = $self->has_ended;
		return 1 if $self->console =~ $pattern;
		return 0 if $has_ended || time > $end;
		sleep 0.05;
	}
}

# Wait until something accepts connections on a port and answers a request.
sub wait_http {
	my ($self, $port, $seconds) = @_;
	my $end = time + $seconds;
	while (time < $end && !$self->has_ended) {
		system("curl -s -o /dev/null --max-time 2 " .
			"http://127.0.0.1:$port/") == 0 and return 1;
		sleep 0.1;
	}
	return 0;
}

sub has_ended {
	my ($self) = @_;
	return 1 if defined $self->{status};
	return 0 if waitpid($self->{pid}, WNOHANG) != $self->{pid};
	$self->{status} = $? & 127 ? 128 + ($? & 127) : $? >> 8;
	return 1;
}

# Wait for the end; the exit status of unicc run, or undef in time.
sub wait_end {
	my ($self, $seconds) = @_;
	my $end = time + $seconds;
	until ($self->has_ended) {
		return undef if time > $end;
		sleep 0.05;
	}
	return $self->{status};
}

sub stop {
	my ($self) = @_;
	return if $self->has_ended;
	kill 'TERM', $self->{pid};
	return if defined $self->wait_end(5);
	kill 'KILL', $self->{pid};
	waitpid $self->{pid}, 0;
	$self->{status} = 137;
}

sub DESTROY {
	my ($self) = @_;
	local ($?, $!, $@);
	$self->stop;
}

1;
