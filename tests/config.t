#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What a configuration means: its order does not matter, its values carry
# their origins, every run says the same, and only declared files are read.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use JSON::PP;
use Test::More;

use lib dirname(abs_path($0)) . '/lib';
use Files 'write_file';

chdir dirname(abs_path($0)) . '/..' or die "cannot enter the repository: $!";
my $unicc = abs_path('./unicc');
my $folder = 'build/test-config';
system 'mkdir', '-p', "$folder/site", "$folder/blink";

sub config {
	my ($file) = @_;
	my $text = `$unicc config --json $file`;
	is($?, 0, "$file is accepted");
	return decode_json($text);
}

# Names and values alone, without origins.
sub values_of {
	my ($config) = @_;
	my %values = ('image.memory' => $config->{image}{memory});
	for my $instance (@{ $config->{instances} }) {
		my $name = $instance->{name};
		$values{$name} = $instance->{module};
		$values{"$name slot"} = $instance->{slot} // '';
		$values{"$name.$_->{name}"} = $_->{provider} // ''
		    for @{ $instance->{wires} };
		$values{"$name.$_->{name}"} = $_->{shown} // ''
		    for @{ $instance->{settings} };
	}
	return \%values;
}

my @lines = (
	'image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }',
	'nic = virtio_net {}',
	'spare = virtio_net {}',
	'local net = ("10.0.%d."):lower()' . "\n"
	    . 'ip = tcpip { net = nic, address = text.format(net .. "15/24", 2),'
	    . ' gateway = "10.0.2.2" }',
	'www = httpd { stack = ip, content = "site", port = 8000 + 80,'
	    . ' idle_timeout = 90 * second }',
	'for i = 1, 2 do'
	    . ' instance("lamp" .. i, blink { every = i * second }) end',
	'last = blink { every = 1 * minute, card = spare }',
);
write_file("$folder/site/index.html", "page\n");
write_file("$folder/blink/module.lua", <<'LUA');
return module {
  summary  = "A module of the user's",
  requires = { clock = "clock", card = optional "netif" },
  sources  = { "blink.c" },
  settings = {
    duration "every" { range = { 1 * second, 1 * hour }, doc = "How often." },
    choice "colour" { choices = { "red", "green" }, default = "green",
      doc = "Which." },
    mac "peer" { optional = true, doc = "Whom." },
  },
}
LUA
$lines[5] =~ s/every = i \* second/every = i * second, card = false/;

my $forward = config(write_file("$folder/forward.lua", join "\n", @lines, ''));
my $backward = config(write_file("$folder/backward.lua", join "\n", reverse(@lines), ''));
is_deeply(values_of($forward), values_of($backward),
	  'the order of the file means nothing');
is_deeply([map { $_->{name} } @{ $forward->{instances} }],
	  [map { $_->{name} } @{ $backward->{instances} }],
	  'nor for the order of starting');

my $values = values_of($forward);
is($values->{'www.port'}, '8080', 'arithmetic');
is($values->{'www.idle_timeout'}, '90 s', 'units');
is($values->{'ip.address'}, '10.0.2.15/24', 'texts are computed');
is($values->{'lamp2.every'}, '2 s', 'names are computed');
is($values->{'last.every'}, '1 min', 'a module of the user');
is($values->{'lamp1.card'}, '', 'an optional wire left out');
is($values->{'nic slot'} . $values->{'spare slot'}, '01', 'slots by name');

my %origins;
for my $instance (@{ $forward->{instances} }) {
	$origins{ $instance->{name} } = $instance->{origin};
	$origins{"$instance->{name}.$_->{name}"} = $_->{origin}
	    for @{ $instance->{settings} }, @{ $instance->{wires} };
}
is($origins{'www'}, "$folder/forward.lua:6:7", 'origin of an instance');
is($origins{'www.port'}, "$folder/forward.lua:6:45", 'of a setting');
is($origins{'www.index'}, 'default', 'of a default');
is($origins{'www.wallclock'}, 'implied by www', 'of a wire not written');
is($origins{'lapic_timer'}, 'implied by ip', 'of a default provider');
is($origins{'kernel'}, 'implied by image', 'of the kernel');
is($origins{'last.peer'}, 'not given', 'of an optional setting');

my %seen;
$seen{ join '', `$unicc config --json $folder/forward.lua` } = 1 for 1 .. 5;
is(scalar(keys %seen), 1, 'every run says the same');

my $doc = decode_json(scalar `$unicc doc --json virtio_net.receive_slots`);
is($doc->{default}, '32', 'doc of one setting');
my $modules = decode_json(scalar `$unicc modules --json`);
ok((grep { $_->{name} eq 'httpd' } @$modules), 'modules as JSON');
for my $module (@$modules) {
	for my $setting (@{ $module->{settings} }) {
		ok(length $setting->{doc},
		   "$module->{name}.$setting->{name} has a doc");
	}
}
done_testing();
