#!/usr/bin/perl
# SPDX-License-Identifier: ISC
#
# Every error has a fixture: reject/NAME.lua is a configuration that must be
# refused, reject/NAME.sh a situation, NAME.err the exact text of stderr. The
# exit status is that of the gravest code in it (compiler/diag.def).
#
#     tests/reject.t [NAME...]      run all, or these
#     tests/reject.t --write NAME   write NAME.err anew: read it before commit
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use JSON::PP;

chdir dirname(abs_path($0)) . '/..' or die "cannot enter the repository: $!";
my $unicc = $ENV{UNICC} = abs_path('./unicc');
$ENV{LC_ALL} = 'C';

my %status_of;
my %value = (STATUS_CONFIG => 1, STATUS_USAGE => 2, STATUS_MACHINE => 3,
	     STATUS_CONTRACT => 4, STATUS_GUEST => 5, STATUS_LOST => 6);
open my $def, '<', 'compiler/diag.def' or die "diag.def: $!";
while (<$def>) {
	$status_of{$1} = $value{$2} if /^X\((E\d+), (\w+),/;
}
close $def;

my $is_writing = @ARGV && $ARGV[0] eq '--write';
shift @ARGV if $is_writing;
my @names = @ARGV;
if (!@names) {
	my %seen;
	$seen{basename($_) =~ s/\.(lua|sh|err)$//r} = 1
	    for glob('tests/reject/*.lua tests/reject/*.sh tests/reject/*.err');
	@names = sort keys %seen;
}
my $number = 0;
my %shown;

sub result {
	my ($is_good, $name, @notes) = @_;
	$number++;
	print $is_good ? '' : 'not ', "ok $number - $name\n";
	if (!$is_good) {
		print "# $_\n" for map { split /\n/ } @notes;
	}
}

sub slurp {
	my ($path) = @_;
	open my $file, '<:raw', $path or return undef;
	local $/;
	return scalar(<$file>) // '';
}

# Exit status and stderr of a command, which has 60 seconds.
sub run {
	my (@command) = @_;
	my $errors = "build/reject-stderr.$$";
	mkdir 'build';
	my $pid = fork;
	if ($pid == 0) {
		open STDIN, '<', '/dev/null';
		open STDOUT, '>', '/dev/null';
		open STDERR, '>', $errors;
		exec 'timeout', '60', @command or exit 127;
	}
	waitpid $pid, 0;
	my $status = $? >> 8;
	my $text = slurp($errors);
	unlink $errors;
	return ($status, $text);
}

sub check_json {
	my ($name, $text) = @_;
	my (undef, $lines) =
	    run($unicc, 'check', '--errors=json', "tests/reject/$name.lua");
	my $expected = join ' ', $text =~ /error (E\d+)/g;
	my @codes;
	for my $line (split /\n/, $lines) {
		my $object = eval { decode_json($line) };
		return result(0, "$name: as JSON", "no JSON: $line")
		    if !defined $object;
		push @codes, $object->{code};
	}
	result("@codes" eq $expected, "$name: as JSON", "codes: @codes");
}

for my $name (@names) {
	my $script = "tests/reject/$name.sh";
	my $is_script = -e $script;
	my ($status, $text) = $is_script
	    ? run('sh', $script)
	    : run($unicc, 'check', "tests/reject/$name.lua");
	if ($is_writing) {
		open my $file, '>:raw', "tests/reject/$name.err" or die $!;
		print $file $text;
		close $file;
		print $text;
		next;
	}
	my $expected = slurp("tests/reject/$name.err");
	if (!defined $expected) {
		result(0, $name, "there is no $name.err", $text);
		next;
	}
	my $gravest = 0;
	for my $code ($expected =~ /error (E\d+)/g) {
		$shown{$code} = 1;
		$gravest = $status_of{$code} if $status_of{$code} > $gravest;
	}
	result($text eq $expected, "$name: what is said", 'expected:',
	       $expected, 'found:', $text);
	result($status == $gravest, "$name: exit status $gravest",
	       "found $status");
	check_json($name, $expected) if !$is_script;
}

if (!@ARGV && !$is_writing) {
	for my $code (sort keys %status_of) {
		result($shown{$code}, "$code has a fixture");
	}
}
print "1..$number\n" if !$is_writing;
