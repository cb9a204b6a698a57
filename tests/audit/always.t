#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What is said to be in an image always is in the one whose configuration asks
# for nothing, and what that one holds is there always.
use strict;
use warnings;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-always');

# Calls of hooks, and there with none: their bytes are the instances'.
my %is_caller = map { ("code $_" => 1) } qw(machine_event machine_arm
	machine_start machine_stop);

sub things {
	my ($folder, $is_wanted) = @_;
	my $audit = Audit::read_folder($folder);
	return map { ("$_->{kind} $_->{name}" => 1) } grep { $is_wanted->($_) }
	    Audit::table($audit, 'nodes');
}

for my $image ([ 'hello' ], [ 'web' ], [ 'hello-xen' ], [ 'web-xen' ],
    [ 'web-xen', '--set', 'guest=pv' ]) {
	my ($name, @options) = @$image;
	my $what = "@$image";
	is(Audit::build("../../configs/$name.lua", 'full', @options), '',
		"$what is built");
	my $config = Audit::slurp("../../configs/$name.lua");
	my ($option) = $config =~ /^(\w+ = option .*\n)/m;
	my ($line) = $config =~ /^(image \{[^}]*\}\n)/m;
	Audit::put('alone.lua', ($option // '') . $line);
	is(Audit::build('alone.lua', 'alone', @options) =~
		s/.*unused variable 'started_count'.*\n//r, '',
		"$what: its image line alone");
	my %alone = things('alone', sub { 1 });
	my %always = things('full', sub { $_[0]{is_always} });
	is_deeply([ grep { !$alone{$_} } sort keys %always ], [],
		"$what: always is whatever is configured");
	is_deeply([ grep { !$always{$_} && !$is_caller{$_} }
		sort keys %alone ], [],
		"$what: whatever is configured is always");
	system 'rm', '-rf', 'full', 'alone';
}
done_testing();
