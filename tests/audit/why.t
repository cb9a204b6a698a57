#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# why gives, for every function, "always" or causes whose removal removes it,
# and none of several causes is enough alone.
use strict;
use warnings;
use JSON::PP;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-why');

# ---- Every function ------------------------------------------------------------

my %line = (
	image => 'image { name = "t", platform = "qemu.microvm", '
	    . 'memory = 8 * MiB }',
	nic => 'nic = virtio_net {}',
	ip => 'ip = tcpip { net = nic, address = "10.0.2.15/24" }',
	a => 'a = httpd { stack = ip, content = "site" }',
	b => 'b = httpd { stack = ip, port = 8080, content = "site" }',
	app => 'app = hello { message = "Hello" }',
);

# Build without these lines, and without those that nothing uses then.
sub without {
	my ($out, %is_gone) = @_;
	my $said = '';
	for (1 .. keys %line) {
		Audit::put("$out.lua", join "\n",
			(map { $line{$_} } grep { !$is_gone{$_} }
			 sort keys %line), '');
		$said = Audit::build("$out.lua", $out);
		my @unused = $said =~ /error E0306: (\w+):/g;
		last if !@unused;
		$is_gone{$_} = 1 for @unused;
	}
	is($said, '', "$out: the configuration is valid");
	return \%is_gone;
}

without('all');
my $all = Audit::functions(Audit::read_folder('all'));
ok(keys %$all > 150, 'there are functions');
is_deeply([grep { !$all->{$_}{is_always} && !@{ $all->{$_}{because_of} } }
	sort keys %$all], [], 'each is there always or because of something');
my @shared = grep { @{ $all->{$_}{because_of} } > 1 } keys %$all;
ok(@shared >= 1, 'some are shared by the two servers') or diag(keys %$all);

# Each text by what it says, with its causes: those that a reader can tell apart.
sub texts {
	my ($folder) = @_;
	my $audit = Audit::read_folder($folder);
	my (%texts, %count);
	my @strings = grep { $_->{kind} eq 'string' && $_->{name} ne '' &&
		length $_->{name} < 80 } Audit::table($audit, 'nodes');
	$count{ $_->{name} }++ for @strings;
	for my $node (@strings) {
		next if $count{ $node->{name} } > 1;
		$node->{because_of} = [ map { $audit->{causes}[$_]{name} =~
			s/\..*//r } @{ $node->{causes} } ];
		$texts{ $node->{name} } = $node;
	}
	return \%texts;
}
my $all_texts = texts('all');
ok((grep { @{ $_->{because_of} } > 1 } values %$all_texts),
	'texts are shared, too');
is_deeply([ map { [ $_->{module}, scalar @{ $_->{shared_by} } ] }
	@$all_texts{'accept-encoding', 'app'} ], [ [ 'httpd', 2 ],
	[ 'kernel', 0 ] ], 'one of two instances is of their module');
# "gzip" ends "x-gzip" and "ip" that: they are in the image once.
is_deeply([ map { [ @$_{qw(size is_always)} ] }
	@$all_texts{qw(x-gzip gzip ip)} ],
	[ map { [ $_, JSON::PP::false ] } 2, 2, 3 ], 'ends are of more');
is_deeply([ map { join ' ', @{ $_->{because_of} } }
	@$all_texts{qw(x-gzip gzip ip)} ], [ 'a b', 'a b', 'ip' ],
	'and there because of more');

for my $cause (qw(a b app)) {
	my $is_gone = without("no-$cause", $cause => 1);
	my $texts = texts("no-$cause");
	my $image = Audit::slurp("no-$cause/t.elf");
	my (@more, @less);
	for my $text (sort keys %$all_texts) {
		my $node = $all_texts->{$text};
		my @causes = @{ $node->{because_of} };
		if (@causes && !grep { !$is_gone->{$_} } @causes) {
			push @more, $text if $texts->{$text};
		} else {
			push @less, $text if index($image, $text) < 0;
		}
	}
	is_deeply(\@more, [], "without $cause its texts are gone");
	is_deeply(\@less, [], "without $cause other texts are there");
	my $now = Audit::functions(Audit::read_folder("no-$cause"));
	my %is_there = map { $_->{name} => 1 } values %$now;
	my (@stay, @lost);
	for my $function (sort keys %$all) {
		my $node = $all->{$function};
		my @causes = map { s/\..*//r } @{ $node->{because_of} };
		if (@causes && !grep { !$is_gone->{$_} } @causes) {
			push @stay, $function if $now->{$function};
		} elsif ($node->{is_always} || @causes > 1) {
			# Of equal functions of a and b the linker keeps one.
			push @lost, $function if !$is_there{$node->{name}};
		}
	}
	is_deeply(\@stay, [], "without $cause all that it brought in is gone");
	is_deeply(\@lost, [], "without $cause what is there always, or because "
		. 'of another too, is still there');
}

# ---- Everything else that can be named -------------------------------------------

sub why {
	my ($thing) = @_;
	my $said = qx{$unicc why all @{[Audit::quoted($thing)]} 2>&1};
	is($?, 0, "why $thing");
	return $said;
}
my $audit = Audit::read_folder('all');
my ($strlen) = grep { $_->{name} eq 'strlen' } Audit::table($audit, 'nodes');
my $strlen_at = sprintf '0x%x', $strlen->{address} + 3;

like(why('strlen'), qr/ start .* strlen /s, 'a chain from the entry');
is(why($strlen_at), why('strlen'), 'an address');
is(why('.text.strlen'), why('strlen'), 'a section');
like(why('rtc'), qr/implied by a.*a = httpd.*b = httpd/s,
	'an implied driver, by all who need it');
like(why('a'), qr/its own line/, 'an instance');
like(why('httpd'), qr/a = httpd.*b = httpd/s, 'a module');
like(why('a.content'), qr/a = httpd|a\.content = "site"/, 'a setting');
like(why('musl:src/string/strlen.c'), qr/always/, 'a source file');
is(why('string/strlen.c') =~ s/^\S+//r, why('strlen.c') =~ s/^\S+//r,
	'or the end of its path');
like(why('site/index.html'), qr/^site\/index\.html: .*\n.*because of.*a\.content/s,
	'a file of content');
like(why('Hello'), qr/app = hello +all\.lua:\d+/, 'a string');
like(why('0'), qr/header, 64 bytes\n  always/, 'the first byte');
like(why('pool_names'), qr/ip_stop .* pool_names /s,
	'a table that its user refers to by its end');
like(why('respond'), qr/because of a.*because of b/s, 'two of one name');
like(why('virtio_reset'), qr/: inlined function, \d+ bytes\n.*\n +nic = /,
	'one of which nothing is left but what it calls');
why($audit->{bytes} - 1);
my $json = decode_json(scalar qx{$unicc why all memcpy --json});
is($json->[0]{nodes}[0]{name}, 'memcpy', 'as JSON');
done_testing();
