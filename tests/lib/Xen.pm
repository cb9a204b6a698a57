# SPDX-License-Identifier: ISC
# One boot of a Xen host for all tests of a run (tests/xen/*.t).
#
#     use Xen;
#     my $xen = Xen->host;                  boot it, or find it booted
#     my $image = $xen->build('configs/web-xen.lua', '--set', 'guest=pv');
#     my $port = $xen->forward('10.0.2.15', 80);
#     $xen->create($image);                 xl create, of its NAME.xl
#     $xen->wait_console($image, qr/^listening/m, 20) or diag $xen->console($image);
#     $xen->shutdown($image, 20);
#
# The first test of a run boots the host, the others find it: a run is what has
# the same parent process, prove. One test at a time has the host, from
# Xen->host to its end; what it leaves there is destroyed. The host ends with
# the run, or when no test has asked for it in two minutes.
#
# dom0 is a small Linux with busybox, xl and the xenstore-* programs. Bridges
# xenbr0 and xenbr1 are QEMU user networks 10.0.2.0/24 and 10.0.3.0/24, each
# with DHCP, a gateway .2 and no way out. /host in dom0 is $xen->{share} here,
# for both to write. Times are in seconds.
#
#   $xen->build(CONFIG, ARGUMENTS...)  unicc CONFIG -o SHARE/N ARGUMENTS...; the
#                                image: { name, folder => 'N', path => SHARE/N }.
#                                Dies when unicc does not succeed.
#   $xen->create(IMAGE, SETTINGS...)   xl create with these settings of an xl
#                                file added; (status, what xl said). The
#                                console's log starts empty.
#   $xen->create_file(NAME, TEXT)      the same of an xl file with this text; the
#                                domain is called NAME. kernel = "/host/..."
#   $xen->dom0(COMMAND, TIME = 20)     run by dom0's shell: (status, output);
#                                status 143 when the time is up
#   $xen->console(DOMAIN)        what its console has said since create; DOMAIN
#                                is an image or a name, here and below
#   $xen->wait_console(DOMAIN, PATTERN, TIME)  whether it comes to match
#   $xen->state(DOMAIN)          xl's letters: r, b, p, s, c, d; '' when it
#                                does not exist
#   $xen->id(DOMAIN)             its number, undef when it does not exist
#   $xen->cpu_seconds(DOMAIN)    CPU time it has used
#   $xen->wait_gone(DOMAIN, TIME)      whether it has come to leave
#   $xen->shutdown(DOMAIN, TIME)       xl shutdown, then wait_gone
#   $xen->destroy(DOMAIN)        at once
#   $xen->xenstore(PATH)         the value, undef without one; relative to
#                                nothing: '/local/domain/1/name'
#   $xen->forward(ADDRESS, PORT) a port of 127.0.0.1 that leads to it; ADDRESS
#                                is of one of the two networks
#   $xen->disk(NAME, BYTES)      a file of zeros in dom0's memory; its path there
#   $xen->leaks                  what must be the same before and after, as a
#                                hash: free memory, grants in use, event
#                                channels and devices of dom0
#
# Save and restore, xenstore writes and all else: dom0('xl save ...').
package Xen;

use strict;
use warnings;
use Cwd qw(abs_path);
use Fcntl qw(:flock O_RDWR O_NONBLOCK);
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use IO::Select;
use POSIX qw(:sys_wait_h mkfifo setsid);
use Text::ParseWords qw(shellwords);
use Time::HiRes qw(sleep time);

use lib dirname(__FILE__);
use Files 'write_file';
use Guest;

my $idle_seconds = 120;
my $boot_seconds = 120;
my $root = $Guest::root;

# ---- The host ----------------------------------------------------------------

# What unicc run would boot, with a shell in place of its command, two bridges,
# and pipes for the shell, its complaints and QEMU's monitor.
sub command {
	my ($folder) = @_;
	my ($status, $said) = Guest::unicc('run', 'configs/hello-xen.lua', '-o',
		"$folder/share/hello", '--on', 'xen', '--print');
	my ($host, $command) = $said =~ /^cd (.*?) && (qemu.*)$/m;
	die "no Xen host: $said" if $status != 0 || !defined $host;
	($host) = shellwords($host);
	my @words;
	for my $word (shellwords($command)) {
		last if $word eq '-chardev';
		push @words, $word;
	}
	for my $i (0 .. $#words) {
		$words[$i] =~ s/start=\S+ name=\S+ bridges=[^,]* disks=[^,]*/start=sh logs=\/host\/console bridges=xenbr0:xenbr1/
		    if $i && $words[ $i - 1 ] eq '-initrd';
		$words[$i] = '768M' if $i && $words[ $i - 1 ] eq '-m';
		$words[$i] = "file:$folder/log" if $i && $words[ $i - 1 ] eq '-serial';
	}
	push @words, map { ('-chardev', "pipe,id=$_,path=$folder/$_") }
	    qw(shell monitor);
	push @words, '-chardev', "file,id=errors,path=$folder/errors",
	    '-mon', 'monitor', '-device', 'virtio-serial-pci',
	    '-device', 'virtserialport,chardev=shell',
	    '-device', 'virtserialport,chardev=errors',
	    '-virtfs', 'local,mount_tag=host,security_model=none,' .
	    "multidevs=remap,path=$folder/share";
	push @words, '-netdev', "user,id=net$_,restrict=on,net=10.0." . ($_ + 2) .
	    '.0/24', '-device', "virtio-net-pci,netdev=net$_,romfile="
	    for 0, 1;
	return (abs_path($host), @words);
}

# A process of its own: QEMU's parent, for as long as the run goes on. QEMU ends
# when it does, however it does: prctl(PR_SET_PDEATHSIG, SIGKILL) of x86-64.
sub keep {
	my ($folder, $run, $host, @words) = @_;
	my $qemu = fork() // die "fork: $!";
	if ($qemu == 0) {
		syscall 157, 1, 9;
		chdir $host;
		exec @words or POSIX::_exit(127);
	}
	while (waitpid($qemu, WNOHANG) == 0) {
		sleep 0.5;
		open my $lock, '<', "$folder/lock" or last;
		my $is_idle = flock($lock, LOCK_EX | LOCK_NB) &&
		    time - (stat $lock)[9] > $idle_seconds;
		last if $is_idle || !kill 0, $run;
	}
	kill 'KILL', $qemu;
	waitpid $qemu, 0;
	remove_tree($folder);
}

sub boot {
	my ($self, $run) = @_;
	my $folder = $self->{folder};
	make_path("$folder/share/console");
	mkfifo("$folder/$_", 0600) or die "$folder/$_: $!"
	    for map { ("$_.in", "$_.out") } qw(shell monitor);
	my ($host, @words) = command($folder);
	my $keeper = fork() // die "fork: $!";
	if ($keeper == 0) {
		# A new program holds nothing open that prove waits for.
		setsid();
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', "$folder/qemu";
		open STDERR, '>&', \*STDOUT;
		exec $^X, '-I', dirname(abs_path(__FILE__)), '-MXen', '-e',
		    'Xen::keep(@ARGV)', $folder, $run, $host, @words
		    or POSIX::_exit(127);
	}
	write_file("$folder/keeper", $keeper);
}

sub host {
	my ($class) = @_;
	my $run = getppid;
	my $folder = "$root/build/test-xen/$run";
	make_path($folder);
	my $self = bless { folder => $folder, share => "$folder/share",
		images_count => 0, domains => {} }, $class;
	open $self->{lock}, '>>', "$folder/lock" or die "$folder/lock: $!";
	flock($self->{lock}, LOCK_EX) or die "$folder/lock: $!";
	utime undef, undef, $self->{lock};
	$self->boot($run) if !-e "$folder/keeper";
	for my $name (qw(shell monitor)) {
		sysopen $self->{"$name-in"}, "$folder/$name.in", O_RDWR
		    or die "$folder/$name.in: $!";
		sysopen $self->{"$name-out"}, "$folder/$name.out",
		    O_RDWR | O_NONBLOCK or die "$folder/$name.out: $!";
	}
	$self->{prefix} = "t$$";
	my ($status) = $self->dom0('true', $boot_seconds);
	die "the Xen host does not answer:\n" . Guest::slurp("$folder/log") .
	    Guest::slurp("$folder/errors") . Guest::slurp("$folder/qemu")
	    if $status != 0;
	return $self;
}

# ---- dom0 ----------------------------------------------------------------------

# Read until the pattern matches; undef when the time is up.
sub read_until {
	my ($file, $pattern, $seconds) = @_;
	my ($end, $text) = (time + $seconds, '');
	my $select = IO::Select->new($file);
	while (1) {
		return $text if $text =~ $pattern;
		my $left = $end - time;
		return undef if $left <= 0 || !$select->can_read($left);
		sysread $file, $text, 65536, length $text;
	}
}

my $question = 0;

sub dom0 {
	my ($self, $command, $seconds) = @_;
	$seconds //= 20;
	my $mark = "answer-$$-" . $question++;
	$command =~ s/'/'\\''/g;
	syswrite $self->{'shell-in'}, "echo; echo $mark; timeout $seconds " .
	    "sh -c '$command' </dev/null 2>&1; status=\$?; echo; echo \$status $mark\n";
	my $text = read_until($self->{'shell-out'}, qr/^\d+ $mark$/m,
		$seconds + 10);
	return (-1, 'dom0 does not answer') if !defined $text;
	my ($output, $status) = $text =~ /^$mark\n(.*)\n(\d+) $mark$/ms;
	return ($status, $output);
}

sub monitor {
	my ($self, $command) = @_;
	my $file = $self->{'monitor-out'};
	1 while defined sysread $file, my $old, 65536;
	syswrite $self->{'monitor-in'}, "$command\n";
	my $text = read_until($file, qr/\(qemu\) \z/, 10);
	return $text // '';
}

sub forward {
	my ($self, $address, $port) = @_;
	my ($network) = $address =~ /^10\.0\.(\d)\.\d+$/;
	my $here = Guest::free_port();
	my $said = $self->monitor('hostfwd_add net' . ($network - 2) .
		" tcp:127.0.0.1:$here-$address:$port");
	die "$address:$port cannot be forwarded: $said"
	    if $said =~ /invalid|could not|error/i;
	return $here;
}

sub xenstore {
	my ($self, $path) = @_;
	my ($status, $value) = $self->dom0("xenstore-read '$path' 2>/dev/null");
	chomp $value;
	return $status == 0 ? $value : undef;
}

sub disk {
	my ($self, $name, $bytes) = @_;
	my $path = "/tmp/$self->{prefix}-$name";
	my ($status, $said) = $self->dom0("truncate -s $bytes $path");
	die "no disk $path: $said" if $status != 0;
	return $path;
}

# ---- Domains -------------------------------------------------------------------

sub name_of {
	my ($domain) = @_;
	return ref $domain ? $domain->{name} : $domain;
}

sub build {
	my ($self, $config, @arguments) = @_;
	my $folder = "$self->{prefix}-" . $self->{images_count}++;
	my $path = "$self->{share}/$folder";
	my ($status, $said) = Guest::unicc($config, '-o', $path, @arguments);
	die "unicc $config: $said" if $status != 0;
	my ($file) = glob "$path/*.xl";
	my ($name) = $file =~ m{([^/]*)\.xl$};
	return { name => $name, folder => $folder, path => $path };
}

sub create_in {
	my ($self, $folder, $name, @settings) = @_;
	my $words = join ' ', map { "'" . s/'/"/gr . "'" } @settings;
	unlink "$self->{share}/console/guest-$name.log";
	$self->{domains}{$name} = 1;
	my $command = "cd /host/$folder && xl create $name.xl $words";
	my ($status, $said) = $self->dom0($command, 60);
	# One xl in some hundreds is aborted by its own libc ("corrupted
	# double-linked list") when a domain leaves as it is made.
	if ($said =~ /died due to fatal signal/) {
		print STDERR "# $name: once more, xl was aborted: $said\n";
		$self->dom0("xl destroy $name", 60);
		unlink "$self->{share}/console/guest-$name.log";
		($status, $said) = $self->dom0($command, 60);
	}
	return ($status, $said);
}

sub create {
	my ($self, $image, @settings) = @_;
	return $self->create_in($image->{folder}, $image->{name}, @settings);
}

sub create_file {
	my ($self, $name, $text) = @_;
	my $folder = "$self->{prefix}-files";
	make_path("$self->{share}/$folder");
	write_file("$self->{share}/$folder/$name.xl", $text);
	return $self->create_in($folder, $name);
}

sub console {
	my ($self, $domain) = @_;
	my $name = name_of($domain);
	return Guest::slurp("$self->{share}/console/guest-$name.log") =~
	    s/\r\n/\n/gr;
}

sub wait_console {
	my ($self, $domain, $pattern, $seconds) = @_;
	my $end = time + $seconds;
	until ($self->console($domain) =~ $pattern) {
		return 0 if time > $end;
		sleep 0.1;
	}
	return 1;
}

# The fields of xl list: name, number, MiB, CPUs, state, seconds; or none.
sub listed {
	my ($self, $domain) = @_;
	my ($status, $said) = $self->dom0('xl list ' . name_of($domain));
	my ($line) = $said =~ /^(\Q@{[name_of($domain)]}\E\s.*)$/m;
	return $status == 0 && defined $line ? split ' ', $line : ();
}

sub state {
	my ($self, $domain) = @_;
	return (($self->listed($domain))[4] // '') =~ s/-//gr;
}

sub id {
	my ($self, $domain) = @_;
	return ($self->listed($domain))[1];
}

sub cpu_seconds {
	my ($self, $domain) = @_;
	return ($self->listed($domain))[5];
}

# dom0 does the waiting: a look from here costs it a process each.
sub wait_gone {
	my ($self, $domain, $seconds) = @_;
	my $name = name_of($domain);
	my ($status) = $self->dom0("while xl list $name >/dev/null 2>&1; " .
		'do sleep 0.3; done', $seconds);
	return $status == 0;
}

sub shutdown {
	my ($self, $domain, $seconds) = @_;
	$self->dom0('xl shutdown ' . name_of($domain));
	return $self->wait_gone($domain, $seconds);
}

sub destroy {
	my ($self, $domain) = @_;
	$self->dom0('xl destroy ' . name_of($domain), 60);
	delete $self->{domains}{name_of($domain)};
}

sub leaks {
	my ($self) = @_;
	my (undef, $said) = $self->dom0('xl info; xl dmesg -c >/dev/null; ' .
		'xl debug-keys ge; xl dmesg; losetup -a; ls /sys/class/net; ' .
		'xenstore-ls /local/domain/0/backend');
	my ($memory) = $said =~ /^free_memory\s*:\s*(\d+)/m;
	my ($channels) = $said =~
	    /information for domain 0:\n(.*?)(?:^\(XEN\) Event channel|\z)/ms;
	return {
		free_memory_mib => $memory,
		grants => scalar(() = $said =~ /^\(XEN\) \[0x/mg),
		event_channels => scalar(() = $channels =~ /: s=[1-6] /g),
		devices => join(' ', $said =~ m{^(/dev/loop\d+|vif\S+|\s+\w+ = "")$}mg),
	};
}

sub DESTROY {
	my ($self) = @_;
	local ($?, $!, $@);
	return if !$self->{'shell-in'};
	my @names = sort keys %{ $self->{domains} };
	$self->dom0(join('; ', map { "xl destroy $_ 2>/dev/null" } @names) .
		"; rm -f /tmp/$self->{prefix}-*", 60);
	remove_tree(glob "$self->{share}/$self->{prefix}-*");
	utime undef, undef, $self->{lock};
	close $self->{lock};
}

1;
