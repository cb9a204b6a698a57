# SPDX-License-Identifier: ISC
# One machine under QEMU: started, loaded, sampled, ended. A guest that is
# counted runs with the plugin count.so; one that is not runs without it.
# Every guest still running when the program ends is killed.
package Guest;
use strict;
use warnings;
use IO::Socket::INET;
use POSIX qw(WNOHANG);
use Time::HiRes qw(sleep time);

our $tools;	# the folder with count.so and load
my %running;

# A port of this machine's loopback that nobody listens on.
sub free_port {
	my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1',
		LocalPort => 0, Listen => 1) or die "no free port: $!\n";
	return $socket->sockport;
}

# command: a function of the port, giving QEMU's command line for the shell.
# entry: count from this address; undef: do not count. range: only code in it.
sub start {
	my ($class, %how) = @_;
	my $port = free_port();
	my $base = "$tools/guest-$port";
	my $command = $how{command}->($port);
	my $self = bless { port => $port, console => "$base.console",
		counter => '-' }, $class;
	if (defined $how{entry}) {
		$self->{counter} = "$base.counter";
		unlink $self->{counter};
		$command .= sprintf ' -plugin %s/count.so,entry=0x%x,counter=%s',
			$tools, $how{entry}, $self->{counter};
		$command .= sprintf ',from=0x%x,to=0x%x', @{ $how{range} }
			if $how{range};
	}
	my $pid = fork // die "fork: $!\n";
	if ($pid == 0) {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', $self->{console};
		open STDERR, '>&', \*STDOUT;
		exec '/bin/sh', '-c', "exec $command" or POSIX::_exit(127);
	}
	$self->{pid} = $pid;
	$running{$pid} = $self;
	return $self;
}

# The instructions since the guest's entry; 0: it was not reached.
sub instructions {
	my ($self) = @_;
	open my $file, '<:raw', $self->{counter} or return 0;
	return 0 unless read($file, my $bytes, 16) == 16;
	my ($instructions, $is_started) = unpack 'Q2', $bytes;
	return $is_started ? $instructions : 0;
}

sub is_running {
	my ($self) = @_;
	return 0 unless $self->{pid};
	return 1 if waitpid($self->{pid}, WNOHANG) == 0;
	delete $running{ $self->{pid} };
	$self->{pid} = 0;
	return 0;
}

# True if the guest ended by itself.
sub wait_end {
	my ($self, $limit_seconds) = @_;
	my $end = time + $limit_seconds;
	while ($self->is_running) {
		return 0 if time > $end;
		sleep 0.01;
	}
	return 1;
}

sub console_text {
	my ($self) = @_;
	open my $file, '<', $self->{console} or return '';
	local $/;
	return <$file> // '';
}

sub stop {
	my ($self) = @_;
	if ($self->is_running) {
		kill 'TERM', $self->{pid};
		$self->wait_end(2) or kill 'KILL', $self->{pid};
		$self->wait_end(2);
	}
	unlink $self->{console}, $self->{counter};
}

# Run load (load.c says what with): instructions and seconds, or dies.
sub load {
	my ($self, @what) = @_;
	my $said = `timeout 120 $tools/load $self->{port} $self->{counter} @what 2>&1`;
	my ($instructions, $seconds) = $said =~ /^(\d+) ([\d.]+)$/;
	return ($instructions, $seconds) if defined $seconds;
	my ($last) = ($self->console_text =~ /([^\r\n]+)\s*\z/);
	$said =~ s/\s+\z//;
	die "@what: $said; the console's last line: ", $last // '(none)', "\n";
}

# Until the first answer, or until the guest has ended: true if it answered.
sub answers {
	my ($self, $limit_seconds) = @_;
	my $end = time + $limit_seconds;
	while (time < $end && $self->is_running) {
		return 1 if eval { $self->load('first', 1); 1 };
	}
	return 0;
}

END {
	local $?;
	$_->stop for values %running;
}

1;
