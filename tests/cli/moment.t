#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Whenever a command is interrupted: each file is whole or not there, no folder
# or file of its work is left, it says so once, and ends by the signal.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Find;
use File::Path qw(make_path remove_tree);
use File::Temp qw(tempdir);
use Files qw(write_file);
use Guest;
use POSIX ();
use Test::More;
use Time::HiRes qw(sleep time);

my $folder = tempdir(CLEANUP => 1);
my $cache = ($ENV{XDG_CACHE_HOME} // "$ENV{HOME}/.cache") . '/unicc';
$ENV{TMPDIR} = "$folder/tmp";
mkdir $ENV{TMPDIR};
chdir $folder or die "$folder: $!";

# Every file below a folder with its bytes, every folder with none.
sub tree {
	my ($top) = @_;
	return {} if !-e $top;
	my %files;
	find({ no_chdir => 1, wanted => sub {
		$files{ s/^\Q$top\E//r } = -f $_ ? Guest::slurp($_) : ''
	    } }, $top);
	return \%files;
}

write_file('h.lua', <<'LUA');
image { name = "h", platform = "qemu.microvm", memory = 2 * MiB }
app = hello { message = sealed("hi") }
LUA
write_file('x.lua', <<'LUA');
image { name = "x", platform = "xen.pvh", memory = 4 * MiB }
app = hello { message = "hi" }
LUA
write_file('rows.csv', "name,app.message\n" . join '',
	map { "m$_,number $_\n" } 1 .. 300);
for my $words (['h.lua', '-o', 'h'], ['x.lua', '-o', 'x'],
    ['bundle', 'h.lua', '-o', 'h.tar', '--without-packages']) {
	my ($status, $said) = Guest::unicc(@$words);
	is($status, 0, "@$words") or BAIL_OUT($said);
}

# The command's process group with its output in said.
sub start {
	my (@words) = @_;
	my $pid = fork() // die $!;
	if ($pid == 0) {
		POSIX::setpgid(0, 0);
		$SIG{$_} = 'DEFAULT' for qw(INT QUIT HUP);
		open STDOUT, '>', "$folder/said" or POSIX::_exit(126);
		open STDERR, '>&', \*STDOUT or POSIX::_exit(126);
		exec $Guest::root . '/unicc', @words or POSIX::_exit(127);
	}
	return $pid;
}

# Where it writes, the command, and how often it is tried.
my @commands = (
	['out', 6, 'h.lua', '-o', 'out'],
	['out', 12, 'seal', 'h', '--set', 'app.message=x', '-o', 'out'],
	['out', 12, 'fleet', 'h', 'rows.csv', '-o', 'out'],
	['out', 4, 'bundle', 'h.lua', '--without-packages', '-o', 'out'],
	['out', 4, 'rebuild', 'h.tar', '-o', 'out'],
	['out', 3, 'rebuild', '--gauntlet', 'h.lua', '--only', 'umask'],
	['out', 4, 'verify', 'h', 'h.lua'],
	['h/audit.html', 8, 'audit', 'h', '--html'],
	['x/x.xl', 4, 'package', 'x', '--for', 'xl'],
	['out', 8, 'new', 'out'],
	['out', 4, 'run', 'h.lua'],
	['out', 4, 'cost', 'x.lua', 'app.message="ho"'],
);
my @signals = qw(INT TERM HUP);
my ($tries, $killed_count, $caught_count) = (0, 0, 0);

# Does unicc itself, and no program that it has become, catch a signal by now?
# While a guest runs, it hands the signal on and ends as the guest does.
sub catches {
	my ($pid, $number) = @_;
	my $status = -e "/proc/$pid/status" ? Guest::slurp("/proc/$pid/status") : '';
	my ($caught) = $status =~ /^Name:\tunicc\n.*^SigCgt:\t(\w+)$/ms or return 0;
	return hex($caught) >> ($number - 1) & 1;
}

for my $row (@commands) {
	my ($out, $count, @words) = @$row;
	my $name = "@words";
	remove_tree($out);
	my $begun = time;
	waitpid start(@words), 0;
	my $took = time - $begun;
	is($?, 0, "$name: is done") or diag(Guest::slurp('said'));
	my $whole = tree($out);
	my @wrong;
	for my $try (1 .. $count) {
		my $signal = $signals[$tries++ % @signals];
		remove_tree($out);
		my $pid = start(@words);
		sleep $took * ($try - 0.5) / $count;
		my $number = POSIX->can("SIG$signal")->();
		my $catches = $words[0] ne 'run' && catches($pid, $number);
		# As a terminal does it: all processes at once.
		kill $signal, $signal eq 'INT' ? -$pid : $pid;
		waitpid $pid, 0;
		my $status = $? & 127 ? 128 + ($? & 127) : $? >> 8;
		push @wrong, "SIG$signal: status $status"
		    if $status != 0 && $status != 128 + $number;
		my $says = () = Guest::slurp('said') =~ /unicc: interrupted/g;
		push @wrong, "SIG$signal: said $says times" if $says > 1;
		push @wrong, "SIG$signal: said nothing"
		    if $catches && $status != 0 && $says == 0;
		$killed_count += $status != 0;
		$caught_count += $catches && $status != 0;
		push @wrong, "SIG$signal: $_ is left" for
		    glob("$ENV{TMPDIR}/unicc.* $cache/work/$pid.*");
		my $has = tree($out);
		push @wrong, map { "SIG$signal: $_ is not whole" }
		    grep { !defined $whole->{$_} || $has->{$_} ne $whole->{$_} }
		    sort keys %$has;
	}
	is_deeply(\@wrong, [], "$name: leaves nothing that is not whole");
}
cmp_ok($killed_count, '>', $tries / 3, 'many were interrupted');
cmp_ok($caught_count, '>', 0, 'and some say so');
done_testing();
