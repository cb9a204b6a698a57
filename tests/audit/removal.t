#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What why promises of each line holds, for each example on each platform and for
# others: without the line, and what is not valid without it, all that would go
# is gone, all that would stay is there, and the file is smaller by about as
# much as was said. What is there always is what the image line alone gives.
use strict;
use warnings;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-removal');
my $examples = "$FindBin::Bin/../../configs";
mkdir 'configs' or die;
system('cp', '-R', "$examples/site", 'configs/site') == 0 or die;

my $net = <<'LUA';
nic = virtio_net {}
ip = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "site" }
LUA
my $image = 'image { name = "t", platform = "qemu.microvm", memory = 8 * MiB }';

my @cases = (
	['hello', Audit::slurp("$examples/hello.lua")],
	['web', Audit::slurp("$examples/web.lua")],
	(map { my $guest = $_;
		map { ["$_-$guest", Audit::slurp("$examples/$_.lua"),
			'--set', "guest=$guest"] } 'hello-xen', 'web-xen'
	} 'pvh', 'pv'),
	['rng', "$image\nrng = virtio_rng {}\n$net"],
	['two', "$image\n${net}b = httpd { stack = ip, port = 8080, "
		. "content = \"site\" }\napp = hello {}\n"],
	['forty', "$image\nfor i = 1, 40 do instance(\"h\" .. i, "
		. "hello { message = \"message \" .. i }) end\n"],
	# What is equal is there once, because of any.
	['equal', "$image\nx1 = hello {}\nx2 = hello {}\nx3 = hello {}\n"],
	['sealed', "$image\nnic = virtio_net {}\n"
		. "ip = tcpip { net = nic, address = sealed(\"10.0.2.15/24\") }\n"
		. "www = httpd { stack = ip, content = \"site\" }\n"],
);

sub build {
	my ($name, $text, @words) = @_;
	Audit::put("configs/$name.lua", $text);
	is(Audit::build("configs/$name.lua", $name, @words), '',
		"$name: it builds");
	return Audit::read_folder($name);
}

# What a node is, whatever its place. Who has a merged text may change; a name
# that the compiler numbers, too.
sub key {
	my ($audit, $node) = @_;
	my $owner = defined $node->{unit}
	    && $node->{kind} =~ /^(?:code|data|table|note)$/
		? $audit->{units}[$node->{unit}][0] : '';
	return join "\t", $node->{kind}, $owner, $node->{name};
}

sub keys_of {
	my ($audit) = @_;
	return map { key($audit, $_) => $_ } Audit::table($audit, 'nodes');
}

# Without these lines.
sub without {
	my ($text, @numbers) = @_;
	my %is_gone = map { $_ => 1 } @numbers;
	my @lines = split /\n/, $text;
	return join '', map { ($is_gone{$_} ? '' : $lines[$_ - 1]) . "\n" }
	    1 .. @lines;
}

sub number_of {
	my ($origin) = @_;
	return $origin =~ /^[\w-]+\.lua:(\d+)$/ ? $1 : die $origin;
}

sub is_claimed_gone {
	my ($node, $is_gone) = @_;
	return 0 if $node->{is_always};
	return 1 if grep { $is_gone->{$_} } @{ $node->{also} };
	return !grep { !$is_gone->{$_} } @{ $node->{causes} };
}

sub compare {
	my ($what, $old, $new, %is_gone) = @_;
	my %now = keys_of($new);
	my %is_named = map { $_->{name} => 1 } values %now;
	my (%goes, %stays);
	for my $node (Audit::table($old, 'nodes')) {
		my $is = is_claimed_gone($node, \%is_gone) ? \%goes : \%stays;
		my $unit = $node->{unit};
		my $cause = defined $unit ? $old->{units}[$unit][2] : undef;

		# What was folded is then another's.
		next if $is == \%stays && defined $cause && $is_gone{$cause}
		    && $is_named{$node->{name}};
		$is->{key($old, $node)} = 1;
	}
	is_deeply([sort grep { $now{$_} && !$stays{$_} } keys %goes], [],
		"$what: all that would go is gone");
	# A text may end another, and be cut off from that no more.
	my $texts = join "\0", map { $_->{name} }
	    grep { $_->{kind} eq 'string' } values %now;
	is_deeply([sort grep { !$now{$_} && !(/^string\t\t(.*)/s
		&& "$texts\0" =~ /\Q$1\E\0/) } keys %stays], [],
		"$what: all that would stay is there");
}

# Bytes of instances that were not there: implied in place of what has gone.
sub arrived {
	my ($audit, @names) = @_;
	my %is_old = map { $_ => 1 } @names;
	my @nodes = Audit::table($audit, 'nodes');
	my $bytes = 0;
	for my $row (Audit::table($audit, 'rows')) {
		my $unit = defined $row->{node} ? $nodes[$row->{node}]{unit} : undef;
		my $cause = defined $unit ? $audit->{units}[$unit][2] : undef;
		$bytes += $row->{size} if defined $cause
		    && !$is_old{$audit->{causes}[$cause]{name}};
	}
	return $bytes;
}

for my $case (@cases) {
	my ($name, $text, @words) = @$case;
	my $all = build($name, $text, @words);
	my @causes = @{ $all->{causes} };
	my %is_written = map { $_ => 1 } grep {
		!$causes[$_]{is_implied} && !$causes[$_]{is_always}
	} 0 .. $#causes;

	my %tried;
	for my $removal (Audit::table($all, 'removals')) {
		my %is_gone = map { $_ => 1 }
		    @{ $removal->{causes} }, @{ $removal->{with} };
		my $set = join ' ', sort keys %is_gone;
		next if $tried{$set}++;
		my $at = number_of($causes[ $removal->{causes}[0] ]{origin});
		my $left = build("$name-$at", without($text, map {
			number_of($causes[$_]{origin}) } keys %is_gone), @words);
		compare("$name without line $at", $all, $left, %is_gone);
		my $real = $all->{bytes} - $left->{bytes} +
		    arrived($left, map { $_->{name} } @causes);
		cmp_ok(abs($real - $removal->{bytes}), '<=',
			64 + $removal->{bytes} / 50, "$name without line $at: "
			. "$removal->{bytes} bytes were said, it is $real");
	}
	my $alone = build("$name-alone", without($text, map {
		number_of($causes[$_]{origin}) } keys %is_written), @words);
	compare("$name without all", $all, $alone, %is_written);
	my %is_always = map { key($all, $_) => 1 } grep { $_->{is_always} }
	    Audit::table($all, 'nodes');
	my %is_there = keys_of($alone);
	is_deeply([sort keys %is_always], [sort keys %is_there],
		"$name: what is there always is what the image line alone gives");
}

# ---- As it is said --------------------------------------------------------------

sub why {
	my ($folder, $thing) = @_;
	return scalar qx{$unicc why $folder $thing 2>&1};
}
like(why('rng', 'rng_entropy_fill'), qr/^  because of rng and of ip: without either it would.*
    rng = virtio_rng +rng\.lua:2\n.*ip_start/ms, 'its own line and its user');
like(why('web', 'nic_netif_send'), qr/nic = virtio_net +web\.lua:4/,
	'its own line, where only its user calls it');
like(why('two', 'machine_start'), qr/because of nic, app: any of them is enough/,
	'what several have in common');
like(why('equal', 'kernel_started'), qr/because of x1, x2, x3: any of them/,
	'and of equal ones');
my $said = qx{$unicc audit rng};
like($said, qr/^ +[1-9]\d+ .* rng\.lua:2 +rng$/m, 'what would go with a line');
like($said, qr/rng\.lua:5 +www, www\.content, and with it nic, rng, ip$/m,
	'and what is not valid then');
done_testing();
