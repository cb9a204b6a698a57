# SPDX-License-Identifier: ISC
# What is measured, one function a row. A function returns what it found:
# ours, linux (the same of Linux and nginx), note; or dies with the reason.
# What several rows need is measured once, when the first of them asks.
package Rows;
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use JSON::PP;
use Guest;
use Image;
use Scale;
use Fleet;
use Layout;

use constant {
	BOOTS => 3,			# of each counted figure, the median
	REQUESTS => 2000,
	CONNECTIONS => 1000,
	IDLE_SECONDS => 5,
	RATE_RUNS => 9,
	RATE_SECONDS => 5,
	SMALL_CONNECTIONS => 5000,	# each way, in the smallest memory
	BUILDS => 3,
	CHECKS => 9,
	STEP_KIB => 4,
	MEMORY_MAX_KIB => 8192,
	LINUX_MIB => 256,
	LINUX_ENTRY => 0x100000,	# of the kernel's protected-mode part
};

our $linux;		# the folder that the script linux has filled
our $is_verbose;

# limit is an upper one, or for kind "ratio" a lower one. Wall times depend on
# the machine: their verdict informs, it does not decide.
our @rows = (
	{ key => 'hello-size', kind => 'bytes', limit => 8192,
	  what => 'hello image, stripped file', run => \&hello_size },
	{ key => 'web-size', kind => 'bytes', limit => 49152,
	  what => 'web image without its content', run => \&web_size },
	{ key => 'hello-pvh-size', kind => 'bytes', limit => 8192,
	  what => 'hello image of a Xen PVH guest', run => hello_xen('pvh') },
	{ key => 'hello-pv-size', kind => 'bytes', limit => 12288,
	  what => 'hello image of a Xen PV guest', run => hello_xen('pv') },
	{ key => 'web-xen-size', kind => 'bytes', limit => 57344,
	  what => 'web image for Xen, the same', run => \&web_xen_size },
	{ key => 'hello-memory', kind => 'KiB', limit => 1152,
	  what => 'smallest memory: hello', run => \&hello_memory },
	{ key => 'web-memory', kind => 'KiB', limit => 1536,
	  what => 'smallest memory: web', run => \&web_memory },
	{ key => 'hello-pvh-memory', kind => 'KiB', limit => 2048,
	  what => 'smallest domain: hello, PVH',
	  run => xen_memory('hello', 'pvh') },
	{ key => 'hello-pv-memory', kind => 'KiB', limit => 4096,
	  what => 'smallest domain: hello, PV', run => xen_memory('hello', 'pv') },
	{ key => 'web-pvh-memory', kind => 'KiB', limit => 3072,
	  what => 'smallest domain: web, PVH', run => xen_memory('web', 'pvh') },
	{ key => 'hello-boot', kind => 'instructions', limit => 20000,
	  what => 'entry to hello and power-off', run => \&hello_boot },
	{ key => 'web-boot', kind => 'instructions', limit => 120000,
	  what => 'entry to first HTTP 200', run => counted('first') },
	{ key => 'web-xen-boot', kind => 'instructions', limit => 150000,
	  what => 'entry to first HTTP 200, on Xen',
	  run => counted_on_xen('first') },
	{ key => 'get', kind => 'instructions', limit => 6000,
	  what => 'keep-alive GET, 1 connection', run => counted('get') },
	{ key => 'get8', kind => 'instructions', limit => 6000,
	  what => 'keep-alive GET, 8 connections', run => counted('get8') },
	{ key => 'connection', kind => 'instructions', limit => 20000,
	  what => 'connect, GET, close', run => counted('client') },
	{ key => 'idle', kind => 'instructions', limit => 2000,
	  what => 'idle second', run => counted('idle') },
	{ key => 'web-xen-idle', kind => 'instructions', limit => 2000,
	  what => 'idle second, on Xen', run => counted_on_xen('idle') },
	{ key => 'idle-pvh', kind => 'microseconds', limit => 10000,
	  what => 'CPU of an idle minute, PVH', run => xen_idle('pvh') },
	{ key => 'idle-pv', kind => 'microseconds', limit => 10000,
	  what => 'CPU of an idle minute, PV', run => xen_idle('pv') },
	{ key => 'rate', kind => 'ratio', limit => 7,
	  what => 'requests a second to nginx\'s', run => \&rate },
	{ key => 'stalls', kind => 'count', limit => 0,
	  what => 'runs of wrk with a stall', run => \&stalls },
	{ key => 'build', kind => 'seconds', limit => 3,
	  what => 'cold build of web', run => built('cold') },
	{ key => 'build-httpd', kind => 'seconds', limit => 0.6,
	  what => 'a setting of httpd changed', run => built('httpd') },
	{ key => 'build-tcpip', kind => 'seconds', limit => 1.5,
	  what => 'a setting of tcpip changed', run => built('tcpip') },
	{ key => 'build-nothing', kind => 'seconds', limit => 0.05,
	  what => 'nothing changed', run => built('nothing') },
	{ key => 'check', kind => 'seconds', limit => 0.02,
	  what => 'unicc check', run => \&check },
	{ key => 'audit', kind => 'seconds', limit => 0.5,
	  what => 'unicc audit --html of web', run => asked('audit', '--html') },
	{ key => 'why', kind => 'seconds', limit => 0.05,
	  what => 'unicc why', run => asked('why', 'memcpy') },
	{ key => 'id', kind => 'seconds', limit => 0.05,
	  what => 'unicc id', run => asked('id') },
	{ key => 'verify', kind => 'seconds', limit => 0.05,
	  what => 'unicc verify', run => asked('verify') },
	{ key => 'gauntlet', kind => 'count', limit => 0,
	  what => 'surroundings that change a byte of web',
	  run => \&gauntlet },
	{ key => 'unattributed', kind => 'bytes', limit => 0,
	  what => 'bytes of web of which nothing is known',
	  run => \&unattributed },
	{ key => 'scale-files', kind => 'seconds', limit => 0.2,
	  what => 'to freeze: 10,000 files of 1 KiB',
	  run => sub { Scale::row(\&Scale::files, 10000) } },
	{ key => 'scale-instances', kind => 'seconds', limit => 0.2,
	  what => 'to freeze: 1,000 instances',
	  run => sub { Scale::row(\&Scale::instances, 1000) } },
	{ key => 'seal', kind => 'seconds', limit => 0.002,
	  what => 'one machine of a fleet', run => \&Fleet::machine },
	{ key => 'fleet', kind => 'seconds', limit => 30,
	  what => 'a fleet of 10,000', run => \&Fleet::whole },
	{ key => 'fleet-memory', kind => 'bytes', limit => 128,
	  what => 'memory a row of a fleet', run => \&Fleet::memory },
	{ key => 'layout', kind => 'seconds', limit => 0.5,
	  what => 'one relinked machine of a fleet', run => \&Layout::machine },
	{ key => 'layout-functions', kind => 'count', limit => 100,
	  what => 'functions of 1000 that stay', run => \&Layout::functions },
	{ key => 'layout-gadgets', kind => 'count', limit => 100,
	  what => 'ROP gadgets of 1000 that stay', run => \&Layout::gadgets },
);

# What is asked of the finished web image.
sub asked {
	my ($command, @words) = @_;
	return sub {
		my $out = image_folder('web');
		my @seconds = map {
			my ($is_answered, $seconds, $said) =
			    Image::run_unicc("$command $out @words");
			$is_answered or die "unicc $command: $said\n";
			$seconds;
		} 1 .. CHECKS;
		return { ours => median(@seconds) };
	};
}

# One that cannot be made on this machine shows nothing, and is told.
sub gauntlet {
	image_folder('web');	# sources are there from here on
	my (undef, $seconds, $said) = Image::run_unicc('rebuild --gauntlet ' .
		Image::variant('web', 'gauntlet'));
	my ($all, $same, $differ, $not_made) = $said =~
	    /^(\d+) variations: (\d+) .* bytes, (\d+) differ, (\d+) could/m
	    or die "unicc rebuild: $said\n";
	return { ours => $differ, note => sprintf('of %d, %d not made, %.0f s',
		$all, $not_made, $seconds) };
}

# Of each byte its row, of each row but the headers' what lies there and why.
sub unattributed {
	my $audit = decode_json(Image::slurp(image_folder('web') .
		'/audit.json'));
	my ($known, $at) = (0, 0);
	for my $row (@{ $audit->{rows} }) {
		my ($offset, $size, $kind, $node) = @$row;
		my $lies = defined $node ? $audit->{nodes}[$node] : undef;
		die "row at $offset: the last ends at $at\n" if $offset != $at;
		$at += $size;
		$known += $size if $kind eq 'header' || $lies &&
		    ($lies->[6] || @{ $lies->[7] });
	}
	return { ours => $audit->{bytes} - $known };
}

sub say_progress {
	print STDERR "bench: @_\n" if $is_verbose;
}

sub median {
	my @sorted = sort { $a <=> $b } @_;
	my $middle = int @sorted / 2;
	return $sorted[$middle] if @sorted % 2;
	return ($sorted[$middle - 1] + $sorted[$middle]) / 2;
}

# The result of a measurement, made when first asked for; a failure too.
my %known;
sub once {
	my ($name, $measure) = @_;
	$known{$name} //= eval { { result => $measure->() } } //
		{ error => $@ };
	die $known{$name}{error} if defined $known{$name}{error};
	return $known{$name}{result};
}

sub image_folder {
	my ($name) = @_;
	return once("image $name", sub { Image::build($name, 'bench') });
}

sub image_start {
	my ($name, $out, $is_counted) = @_;
	my $entry = $is_counted ? Image::entry("$out/$name.elf") : undef;
	return Guest->start(entry => $entry, command => sub {
		return Image::command($out, $name eq 'web' ? $_[0] : 0);
	});
}

# QEMU's q35, because Linux cannot always calibrate its clock on microvm.
sub linux_start {
	my ($memory_mib, $is_counted) = @_;
	return Guest->start(entry => $is_counted ? LINUX_ENTRY : undef,
		command => sub {
			return "qemu-system-x86_64 -M q35 -accel tcg -cpu max" .
			    " -nodefaults -no-user-config -no-reboot" .
			    " -display none -serial stdio -m $memory_mib" .
			    " -kernel $linux/vmlinuz -initrd $linux/initrd" .
			    " -append 'console=ttyS0 quiet panic=-1'" .
			    " -netdev user,id=net,hostfwd=tcp:127.0.0.1:$_[0]-:80" .
			    " -device virtio-net-pci,netdev=net,romfile=";
		});
}

# ---- Sizes ------------------------------------------------------------------

sub hello_size {
	return { ours => -s image_folder('hello') . '/hello.elf' };
}

sub web_size {
	my $out = image_folder('web');
	my $file_bytes = -s "$out/web.elf";
	my $content_bytes = Image::content_bytes($out);
	return { ours => $file_bytes - $content_bytes,
		linux => linux_bytes(), note => "$file_bytes B with it" };
}

sub web_xen_size {
	my $out = image_folder('web-xen');
	my $file_bytes = -s "$out/web.elf";
	return { ours => $file_bytes - Image::content_bytes($out),
		note => "$file_bytes B with it" };
}

sub hello_xen {
	my ($guest) = @_;
	return sub {
		my $out = "$Image::work/images/hello-$guest";
		my ($is_built, undef, $said) = Image::run_unicc(
			"$Image::root/configs/hello-xen.lua " .
			"--set guest=$guest -o $out");
		die "unicc hello-xen.lua: $said\n" unless $is_built;
		return { ours => -s "$out/hello-xen.elf" };
	};
}

# undef if Linux cannot be had.
sub linux_bytes {
	my @sizes = grep { defined } map { -s "$linux/$_" }
		qw(vmlinuz initrd);
	return @sizes == 2 ? $sizes[0] + $sizes[1] : undef;
}

# ---- On a Xen host -----------------------------------------------------------

sub ask_xen {
	my ($question) = @_;
	my ($answer) = `$Image::root/tests/bench/xen $question` =~ /^(\d+)$/;
	return $answer // die "tests/bench/xen $question failed\n";
}

sub xen_memory {
	my ($name, $guest) = @_;
	return sub {
		return { ours => 1024 * ask_xen("memory $name $guest") };
	};
}

# By the host's clock, which counts also what others of it use.
sub xen_idle {
	my ($guest) = @_;
	return sub { return { ours => ask_xen("idle $guest") } };
}

# ---- Memory -----------------------------------------------------------------

# The smallest multiple of step in (low, high] that works, by bisection.
sub smallest {
	my ($low, $high, $step, $works) = @_;
	die "does not work with $high\n" unless $works->($high);
	while ($high - $low > $step) {
		my $middle = $low + int(($high - $low) / $step / 2) * $step;
		my $does_work = $works->($middle);
		say_progress("memory $middle:", $does_work ? 'works' : 'fails');
		($does_work ? $high : $low) = $middle;
	}
	return $high;
}

sub hello_works {
	my ($memory_kib) = @_;
	my $out = eval { Image::build('hello', 'memory',
		'image.memory' => "$memory_kib * KiB") } // return 0;
	my $guest = image_start('hello', $out, 0);
	my $works = $guest->wait_end(5) &&
		$guest->console_text =~ /^exit 0\r?$/m;
	$guest->stop;
	return $works;
}

sub web_works {
	my ($memory_kib) = @_;
	my $out = eval { Image::build('web', 'memory',
		'image.memory' => "$memory_kib * KiB") } // return 0;
	my $guest = image_start('web', $out, 0);
	my $works = $guest->answers(3);
	$guest->stop;
	return $works;
}

sub hello_memory {
	return { ours => smallest(1024, MEMORY_MAX_KIB, STEP_KIB,
		\&hello_works) };
}

# The smallest memory counts only if it serves on: many connections in a row,
# closed by either side.
sub web_memory {
	my $memory_kib = smallest(1024, MEMORY_MAX_KIB, STEP_KIB, \&web_works);
	web_works($memory_kib) or die "$memory_kib KiB: works not always\n";
	my $guest = image_start('web', "$Image::work/images/web-memory", 0);
	eval {
		$guest->load('first', 5);
		$guest->load('client', SMALL_CONNECTIONS);
		$guest->load('server', SMALL_CONNECTIONS);
	};
	my $error = $@;
	$guest->stop;
	die "$memory_kib KiB answer, but then $error" if $error;
	return { ours => $memory_kib, linux => linux_memory(),
		note => 'then ' . 2 * SMALL_CONNECTIONS . ' connections' };
}

# In KiB; undef if Linux cannot be had.
sub linux_memory {
	my $works = sub {
		my $guest = linux_start($_[0], 0);
		my $answers = $guest->answers(15);
		$guest->stop;
		return $answers;
	};
	my $memory_mib = eval { smallest(32, LINUX_MIB, 1, $works) };
	return $memory_mib && $memory_mib * 1024;
}

# ---- Instructions -----------------------------------------------------------

sub hello_boot {
	my $out = image_folder('hello');
	my @counts;
	for (1 .. BOOTS) {
		my $guest = image_start('hello', $out, 1);
		my $is_over = $guest->wait_end(10);
		push @counts, $guest->instructions;
		my $text = $guest->console_text;
		$guest->stop;
		die "hello does not end\n" unless $is_over;
		die "hello says: $text\n" unless $text =~ /^exit 0\r?$/m;
	}
	return { ours => median(@counts) };
}

# A guest of a guest: only what runs at the image's own addresses is counted,
# where neither Xen nor its dom0 have code. Until the answer it also sees what
# else its network says.
sub count_boot_on_xen {
	my $out = image_folder('web-xen');
	my $elf = "$out/web.elf";
	my %cost;
	my $guest = Guest->start(entry => Image::entry($elf),
		range => [ Image::code_range($elf) ],
		command => sub { Image::command($out, $_[0]) });
	my $is_counted = eval {
		($cost{first}) = $guest->load('first', 90);
		sleep 1;
		$cost{idle} = ($guest->load('idle', IDLE_SECONDS))[0] /
		    IDLE_SECONDS;
	};
	my $error = $@;
	$guest->stop;
	die $error if !defined $is_counted;
	return \%cost;
}

sub counted_on_xen {
	my ($key) = @_;
	return sub {
		my $boots = once('web-xen counts', sub {
			return [ map { count_boot_on_xen() } 1 .. BOOTS ];
		});
		return { ours => median(map { $_->{$key} } @$boots) };
	};
}

# All counted figures of one boot, each for one request, connection or second.
sub count_boot {
	my ($guest, $limit_seconds) = @_;
	my %cost;
	($cost{first}) = $guest->load('first', $limit_seconds);
	sleep 1;
	$cost{idle} = ($guest->load('idle', IDLE_SECONDS))[0] / IDLE_SECONDS;
	$cost{get} = ($guest->load('get', REQUESTS, 1))[0] / REQUESTS;
	$cost{get8} = ($guest->load('get', REQUESTS, 8))[0] / REQUESTS;
	$cost{client} = ($guest->load('client', CONNECTIONS))[0] / CONNECTIONS;
	return \%cost;
}

sub count_boots {
	my ($boots, $limit_seconds, $start) = @_;
	my %costs;
	for (1 .. $boots) {
		my $guest = $start->();
		my $cost = eval { count_boot($guest, $limit_seconds) };
		my $error = $@;
		$guest->stop;
		die $error unless $cost;
		push @{ $costs{$_} }, $cost->{$_} for keys %$cost;
		say_progress(map { sprintf '%s %.0f', $_, $cost->{$_} }
			sort keys %$cost);
	}
	return { map { $_ => median(@{ $costs{$_} }) } keys %costs };
}

sub counted {
	my ($key) = @_;
	return sub {
		my $out = image_folder('web');
		my $ours = once('web counts', sub {
			return count_boots(BOOTS, 10,
				sub { image_start('web', $out, 1) });
		});
		my $linux = eval { once('linux counts', sub {
			return count_boots(1, 60,
				sub { linux_start(LINUX_MIB, 1) });
		}) };
		my $reason = $@ =~ s/\s+\z//r;
		return { ours => $ours->{$key}, $linux ?
			(linux => $linux->{$key}) :
			(note => "Linux: $reason") };
	};
}

# ---- Rate -------------------------------------------------------------------

# One run of wrk on a fresh boot. It has stalled if a request failed or took two
# seconds (wrk's limit), if an older connection beside it was ever forgotten for
# one, or if eight new ones are not served afterwards. wrk's longest latency does
# not tell: QEMU's user network listens with a backlog of one (ss -l), so that
# of connections opened at once the host itself drops most (nstat counts them as
# TcpExtListenOverflows) and repeats them seconds later.
sub wrk_run {
	my ($guest, $limit_seconds) = @_;
	my $load = "$Guest::tools/load $guest->{port} -";
	my $wrk = "wrk -t1 -c8 -d@{[RATE_SECONDS]}";
	my $said = eval {
		$guest->load('first', $limit_seconds);
		`$load watch @{[RATE_SECONDS]} 2>&1 & watch=\$!; sleep 0.2
		timeout 60 $wrk http://127.0.0.1:$guest->{port}/ 2>&1
		wait \$watch && echo never forgotten`;
	};
	my $error = $@;
	my $is_alive = $said && eval { $guest->load('get', 800, 8); 1 };
	$guest->stop;
	die $error unless $said;
	my ($rate) = $said =~ m{Requests/sec:\s+([\d.]+)} or
		die "wrk: $said\n";
	my $has_stalled = !$is_alive || $said !~ /never forgotten/ ||
		$said =~ /Socket errors|Non-2xx/;
	say_progress("wrk: $rate a second", $has_stalled ?
		"stalled: $said" : '');
	return ($rate, $has_stalled);
}

# Both sides by turns: what else the machine does falls on both.
sub rates {
	return once('rates', sub {
		my $out = image_folder('web');
		my %found = (ours => [], linux => [], stalls => 0);
		for my $i (0 .. RATE_RUNS - 1) {
			my ($rate, $has_stalled) =
				wrk_run(image_start('web', $out, 0), 10);
			push @{ $found{ours} }, $rate;
			$found{stalls} += $has_stalled ? 1 : 0;
			next unless $i % 3 == 1;
			($rate) = wrk_run(linux_start(LINUX_MIB, 0), 60);
			push @{ $found{linux} }, $rate;
		}
		return \%found;
	});
}

# The median of the ratios of neighbours: each run of nginx to the runs around it.
sub rate {
	my $found = rates();
	my @ours = @{ $found->{ours} };
	my ($least) = sort { $a <=> $b } @ours;
	my @ratios;
	for my $i (0 .. $#{ $found->{linux} }) {
		push @ratios, median(@ours[3 * $i .. 3 * $i + 2]) /
			$found->{linux}[$i];
	}
	return { ours => median(@ratios), runs => $found,
		note => sprintf('%.0f a second, at least %.0f, to %.0f',
			median(@ours), $least, median(@{ $found->{linux} })) };
}

sub stalls {
	return { ours => rates()->{stalls},
		note => sprintf('%d runs of %d s', RATE_RUNS, RATE_SECONDS) };
}

# ---- Builds -----------------------------------------------------------------

# A cache of our own with a copy of the user's third-party sources, and with
# nothing that was made of them.
sub cold_cache {
	my $user = ($ENV{XDG_CACHE_HOME} || "$ENV{HOME}/.cache") . '/unicc';
	my $cache = "$Image::work/cold";
	remove_tree($cache);
	make_path("$cache/unicc");
	for my $path (glob "$user/*") {
		my ($entry) = $path =~ m{([^/]+)$};
		next unless $entry =~ /^(apt|downloads|sources)$/;
		# What a compiler reads must lie in the cache itself.
		system('cp', '-R', $path, "$cache/unicc/$entry") == 0
		    or die "$entry cannot be copied\n";
	}
	return $cache;
}

sub timed_build {
	my ($cache, %with) = @_;
	my $path = Image::variant('web', 'timed', %with);
	my ($is_built, $seconds, $said, $cpu_seconds) = Image::run_unicc(
		"$path -o $Image::work/images/timed", $cache);
	die "unicc: $said\n" unless $is_built;
	return [$seconds, $cpu_seconds];
}

sub builds {
	return once('builds', sub {
		image_folder('web');	# sources are there from here on
		my %seconds;
		for (1 .. BUILDS) {
			my $cache = cold_cache();
			remove_tree("$Image::work/images/timed");
			my %with;
			push @{ $seconds{cold} }, timed_build($cache, %with);
			$with{'httpd.idle_timeout'} = '14 * second';
			push @{ $seconds{httpd} }, timed_build($cache, %with);
			$with{'tcpip.connections'} = 48;
			push @{ $seconds{tcpip} }, timed_build($cache, %with);
			push @{ $seconds{nothing} }, timed_build($cache, %with);
		}
		return \%seconds;
	});
}

# CPU time is noted because it tells more where other work goes on.
sub timed {
	my @runs = @_;
	return { ours => median(map { $_->[0] } @runs),
		note => sprintf('%.3f s of CPU', median(map { $_->[1] } @runs)) };
}

sub built {
	my ($key) = @_;
	return sub { return timed(@{ builds()->{$key} }) };
}

sub check {
	my $path = Image::variant('web', 'check');
	my @runs;
	for (1 .. CHECKS) {
		my ($is_right, $seconds, $said, $cpu_seconds) =
			Image::run_unicc("check $path");
		die "unicc check: $said\n" unless $is_right;
		push @runs, [$seconds, $cpu_seconds];
	}
	return timed(@runs);
}

1;
