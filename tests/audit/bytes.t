#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Every byte of every example image is in exactly one row, and the rows say what
# the image's own symbols and strings say.
use strict;
use warnings;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-bytes');
my @configs = glob '../../configs/*.lua';
ok(@configs >= 2, 'there are examples');

sub covers {
	my ($audit, $file) = @_;
	my $at = 0;
	for my $row (Audit::table($audit, 'rows')) {
		return "a gap or overlap at $at" if $row->{offset} != $at;
		return "an empty row at $at" if $row->{size} < 1;
		$at += $row->{size};
	}
	return $at == length $file ? '' : "the rows end at $at";
}

# Each string row begins the text that its node is named after, which may end in
# rows that are shared with other texts.
sub strings_are {
	my ($audit, $file) = @_;
	my @nodes = Audit::table($audit, 'nodes');
	my $count = 0;
	for my $row (Audit::table($audit, 'rows')) {
		next if $row->{kind} ne 'string';
		my $name = $nodes[ $row->{node} ]{name};
		return "$name at $row->{offset}"
		    if substr($file, $row->{offset}, length $name) ne $name;
		$count++;
	}
	return $count == 0 ? 'no strings' : '';
}

# nm agrees about every function's place and size; an object that lies in code,
# as "words" of refuse.S does, is none.
sub symbols_agree {
	my ($audit, $debug) = @_;
	my %node = map { $_->{address} => $_ } Audit::table($audit, 'nodes');
	my $count = 0;
	my %is_object = map { $_ => 1 }
	    `readelf -sW $debug` =~ /: (\w+) +\d+ OBJECT /g;
	for (`nm --print-size --defined-only $debug`) {
		my ($address, $size, $type) = /^(\w+) (\w+) ([tT]) / or next;
		next if $is_object{$address};
		my $node = $node{ hex $address };
		return "a function at $address"
		    if !$node || $node->{size} < hex $size ||
		    $node->{kind} ne 'code';
		$count++;
	}
	return $count < 10 ? 'no functions' : '';
}

# Sealed values, a secret and a budget that is met.
Audit::put('sealed.lua', <<'END');
image { name = "sealed", platform = "qemu.microvm", memory = 4 * MiB,
  budget = { file = 64 * KiB, memory = 2 * MiB } }
nic = virtio_net {}
ip = tcpip { net = nic, address = sealed("10.0.2.15/24"), dhcp = false }
www = httpd { stack = ip, content = "site" }
END
push @configs, 'sealed.lua';
like(`$unicc config sealed.lua`, qr/^image\.budget\.file = 64 KiB +sealed\.lua:2:14$/m,
	'a budget is a value like others');
Audit::put('other.lua', Audit::slurp('sealed.lua') =~ s/file = 64/file = 63/r);
is(`$unicc diff --config sealed.lua other.lua` =~ s/ +/ /gr,
	"~ image.budget.file = 65536 bytes -> 64512 bytes sealed.lua:2:14 -> " .
	"other.lua:2:14\n", 'and differs like others');

# The same from another folder, by another name for it.
mkdir 'elsewhere';
mkdir 'elsewhere/site';
Audit::put("elsewhere/$_", Audit::slurp($_)) for qw(sealed.lua site/index.html);
is(Audit::build('sealed.lua', 'here'), '', 'built here');
is(Audit::build("./elsewhere/../elsewhere/sealed.lua", 'there'), '',
	'and elsewhere');
is(Audit::slurp('there/audit.json'), Audit::slurp('here/audit.json'),
	'its audit is the same');

# What the store keeps of an audit is not believed once it is damaged.
{
	my $theirs = ($ENV{XDG_CACHE_HOME} || "$ENV{HOME}/.cache") . '/unicc';
	local $ENV{XDG_CACHE_HOME} = Cwd::getcwd() . '/store';
	mkdir $_ for 'store', 'store/unicc';
	system "ln -s $theirs/sources $theirs/libc $theirs/headers store/unicc/";
	is(Audit::build('sealed.lua', 'kept'), '', 'built with a store of its own');
	my @kept = glob 'store/unicc/audits/*/*';
	is(scalar @kept, 1, 'which keeps the audit');
	my $good = Audit::slurp('kept/audit.json');
	for my $bad ('', substr($good, 0, 100), $good =~ s/"bytes":\d/"bytes":9/r,
		substr(Audit::slurp($kept[0]), 0, -2)) {
		Audit::put($kept[0], $bad);
		is(Audit::build('sealed.lua', 'kept'), '', 'built again');
		is(Audit::slurp('kept/audit.json'), $good,
			length($bad) . ' bytes in its place are no audit');
	}
}

for my $config (@configs) {
	my ($name) = $config =~ m{([^/]+)\.lua$};
	is(Audit::build($config, $name), '', "$name: it is built");
	my $audit = Audit::read_folder($name);
	my ($image) = glob "$name/*.elf";
	my ($debug) = glob "$name/*.debug";
	my $file = Audit::slurp($image);
	is(covers($audit, $file), '', "$name: each byte in one row");
	is($audit->{bytes}, length $file, "$name: the sum is the file's size");
	my $sum = 0;
	$sum += $_ for values %{ $audit->{kinds} };
	is($sum, length $file, "$name: so is the sum of the kinds");
	is(strings_are($audit, $file), '', "$name: strings");
	is(symbols_agree($audit, $debug), '', "$name: functions");
	is(scalar(grep { $_->{module} eq '' } Audit::table($audit, 'nodes')),
		0, "$name: each of a module");
	my $again = `$unicc audit $name --json`;
	my $kept = Audit::slurp("$name/audit.json") =~ s/\}\n\z//r;
	is(substr($again, 0, length $kept), $kept,
		"$name: asked again, the answer is the same");
	like(`$unicc audit $image`,
		qr/^\Q$audit->{name}: $audit->{bytes} bytes\E.*not in the image\n .* virtio_rng/s,
		"$name: as text");
}
done_testing();
