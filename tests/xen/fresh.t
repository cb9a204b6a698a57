#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# An installed unicc with an empty cache makes its Xen host for any user, says
# what it does, leaves nothing half made when interrupted, and does it once.
use strict;
use warnings;
use File::Basename;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Test::More;
use Time::HiRes qw(sleep time);

use lib dirname(__FILE__) . '/../lib';
use Guest;

my $folder = tempdir(CLEANUP => 1);
my $cache = "$folder/cache/unicc";
my $image = "$folder/hello";
is(system("make -C $Guest::root install PREFIX=$folder/prefix >/dev/null 2>&1"),
	0, 'installed');
my ($status, $said) = Guest::unicc('configs/hello-xen.lua', '-o', $image);
is($status, 0, 'an image is built') or diag($said);
make_path("$folder/cache");

# Root is left for a user who may do nothing; others are such users.
my @as = $> ? () : qw(setpriv --reuid=65534 --regid=65534 --clear-groups);
chown 65534, 65534, "$folder/cache" if !$>;
chmod 0755, $folder;

# Start unicc run on the image; its pid.
sub start {
	unlink "$folder/said";	# of the run before
	my $pid = fork() // die "fork: $!";
	return $pid if $pid;
	setpgrp;
	open STDIN, '<', '/dev/null';
	open STDOUT, '>', "$folder/console";
	open STDERR, '>', "$folder/said";
	$ENV{XDG_CACHE_HOME} = "$folder/cache";
	exec @as, "$folder/prefix/bin/unicc", 'run', $image
	    or POSIX::_exit(127);
}

sub wait_said {
	my ($pattern) = @_;
	my $end = time + 120;
	until (Guest::slurp("$folder/said") =~ $pattern) {
		return 0 if time > $end;
		sleep 0.05;
	}
	return 1;
}

# The processes that mention the folder, which holds all that is made.
sub processes {
	return grep { Guest::slurp($_) =~ /\Q$folder\E/ }
	    glob '/proc/[0-9]*/cmdline';
}

for my $moment (qr/^unicc: fetching /m, qr/^unicc: making a file system/m) {
	my $pid = start();
	ok(wait_said($moment), "it comes to $moment");
	kill 'TERM', $pid;
	waitpid $pid, 0;
	is($? & 127, 15, 'a signal ends it');
	my $end = time + 10;
	sleep 0.1 while processes() && time < $end;
	is(scalar(processes()), 0, 'and all that it started');
	is(join(' ', glob "$cache/xen/*"), '', 'no host is there');
	is(join(' ', glob "$cache/work/*/xen/{debs,root,tree}"), '',
		'nothing large is left');
}

my $pid = start();
waitpid $pid, 0;
is($? >> 8, 0, 'then it runs to the end') or diag(Guest::slurp("$folder/said"));
like(Guest::slurp("$folder/console"), qr/^Hello, world\nexit 0\n\z/m,
	'the console is on stdout');
like(Guest::slurp("$folder/said"),
	qr/^unicc: making a Xen host in the cache, once: .*\nunicc: fetching .*\nunicc: making a file system for dom0\nunicc: booting a Xen host .*\n\z/,
	'what is said meanwhile');
my @hosts = glob "$cache/xen/*";
is(scalar(@hosts), 1, 'a host is in the cache');
is(join(' ', map { basename($_) } sort glob "$hosts[0]/*"),
	'dom0.cpio linux packages xen', 'and all of it');
is(join(' ', glob "$cache/work/*"), '', 'what was interrupted is gone');

$pid = start();
ok(wait_said(qr/^unicc: booting/m), 'the next run boots it');
unlike(Guest::slurp("$folder/said"), qr/making/, 'and makes nothing');
kill 'TERM', $pid;
waitpid $pid, 0;
done_testing();
