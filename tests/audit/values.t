#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# why names the values that a thing is there because of: for every function of
# these images the fewest, which removes it when they are taken out of the
# configuration, and none of what stays. What a value only inlines is still there.
use strict;
use warnings;
use JSON::PP;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-values');
mkdir 'app';
Audit::put('app/module.lua', <<'END');
return module {
  summary  = "Functions that values bring in, one by one and together",
  requires = { console = "console" },
  sources  = { "app.c" },
  hooks    = { "start" },
  settings = {
    flag "loud" { default = false, doc = "A flag." },
    flag "shrill" { default = false, doc = "Another." },
    int "times" { default = 1, range = { 1, 1000 }, doc = "A number." },
    text "greeting" { default = "hi", max = 40, doc = "A text." },
    list "colours" { of = "text", default = {}, doc = "A list." },
    size "room" { optional = true, range = { 1, 64 * KiB },
      doc = "An optional." },
  },
}
END
Audit::put('app/app.c', <<'END');
#include <unicc/console.h>

#define APART static __attribute__((noinline)) void
#define SAY(text) console_write(text, sizeof text - 1)

APART only_loud(void) { SAY("only when loud"); }
APART either(void) { SAY("loud or shrill"); }
APART many(void) { SAY("more than once"); }
APART has_room(void) { SAY("there is room"); }
APART in_colour(void) { SAY("in colour"); }

/* Called once it is inlined, called twice it is a function. */
static void
grows(const char *text, unsigned size)
{
	static unsigned sum;
	unsigned i;

	for (i = 0; i < size; i++) {
		sum = sum * 31 + (unsigned char)text[i];
		console_write(&text[sum % size], 1);
		console_write(text, i);
	}
}

int
app_start(void)
{
	grows("one text", 8);
	if (app_loud)
		only_loud();
	if (app_loud || app_shrill)
		either();
	if (app_times > 1) {
		grows("another text", 12);
		many();
	}
	if (app_room_bytes_is_set)
		has_room();
	if (app_colours_count != 0)
		in_colour();
	console_write(app_greeting, sizeof app_greeting - 1);
	return 0;
}
END

# Values in the words of a configuration, by instance.
my %written = (
	a => { loud => 'true', shrill => 'true', times => 3,
	       greeting => '"Good morning"', colours => '{ "red" }',
	       room => '4 * KiB' },
	ip => { dhcp => 'true', mss => 1200 },
	www => { identity => 'true', gzip => 'false', line_max => '4 * KiB',
		 headers => '{ Server = "x" }' },
);
my %fixed = (
	a => 'app', ip => 'tcpip', www => 'httpd',
);
my %needed = (
	a => '', ip => 'net = nic, address = "10.0.2.15/24"',
	www => 'stack = ip, content = "site"',
);

# Build it without these: { "a.loud" => 1 }.
sub build_without {
	my ($out, %is_gone) = @_;
	my $text = 'image { name = "t", platform = "qemu.microvm", '
	    . "memory = 8 * MiB }\nnic = virtio_net {}\n";
	for my $instance (sort keys %fixed) {
		my @words = grep { $_ ne '' } $needed{$instance};
		push @words, map { "$_ = $written{$instance}{$_}" }
		    grep { !$is_gone{"$instance.$_"} }
		    sort keys %{ $written{$instance} };
		$text .= "$instance = $fixed{$instance} { "
		    . join(', ', @words) . " }\n";
	}
	Audit::put("$out.lua", $text);
	is(Audit::build("$out.lua", $out), '', "$out: it is valid");
}

# Names that an image has: symbols, and functions inlined into others.
sub names_in {
	my ($out) = @_;
	my %names = map { /(\S+)$/ ? ($1 => 1) : () } `nm $out/t.debug`;
	my @columns = @{ Audit::read_folder($out)->{rows_columns} };
	my ($at) = grep { $columns[$_] eq 'function' } 0 .. $#columns;
	for my $row (@{ Audit::read_folder($out)->{rows} }) {
		$names{ $row->[$at] } = 1 if defined $row->[$at];
	}
	return \%names;
}

build_without('all');
my $all = Audit::functions(Audit::read_folder('all'));
my $said = qx{$unicc audit all.lua --eliminated -o all 2>progress};
is($?, 0, 'what values bring in is found') or diag(Audit::slurp('progress'));
my @groups = @{ decode_json(Audit::slurp('all/eliminated.json'))
	->{because_of} };
my %values_of;
for my $group (@groups) {
	my @values = sort map { $_->{name} } @{ $group->{values} };
	$values_of{"$_->{owner} $_->{name}"} = \@values
	    for @{ $group->{things} };
}
is_deeply($values_of{'a only_loud'}, ['a.loud'], 'a flag');
is_deeply($values_of{'a either'}, ['a.loud', 'a.shrill'], 'two flags');
is_deeply($values_of{'a many'}, ['a.times'], 'a number');
is_deeply($values_of{'a has_room'}, ['a.room'], 'an optional');
is_deeply($values_of{'a in_colour'}, ['a.colours'], 'a list');
is_deeply($values_of{'a only when loud'}, ['a.loud'], 'a text');
is_deeply($values_of{'ip dhcp_recv'}, ['ip.dhcp'], 'an option of lwIP');
is_deeply($values_of{'www identity_write_root'}, ['www.identity'],
	'an option of httpd');
ok($all->{'generated/a.c grows'}, 'grows is a function of its own');
is($values_of{'a grows'}, undef,
	'what is only inlined without a value is not there because of it');

# ---- Taking them out -----------------------------------------------------------

my $number = 0;
for my $group (@groups) {
	my @values = map { $_->{name} } @{ $group->{values} };
	my $out = 'without' . ++$number;
	build_without($out, map { $_ => 1 } @values);
	my $names = names_in($out);
	my @owned = map { $_->{name} } grep {
		$all->{"generated/$_->{owner}.c $_->{name}"}
	} @{ $group->{things} };
	is_deeply([grep { $names->{$_} } @owned], [],
		"without @values its functions are gone");
	next if @values == 1;
	for my $value (@values) {
		build_without("${out}_$value", map { $_ => 1 }
			grep { $_ ne $value } @values);
		my $there = names_in("${out}_$value");
		is_deeply([grep { !$there->{$_} } @owned], [],
			"with $value alone they are there");
	}
}
build_without('none', map { my $i = $_; map { ("$i.$_" => 1) }
	keys %{ $written{$i} } } keys %written);
my $none = names_in('none');
my @lost;
for my $function (sort keys %$all) {
	my ($unit, $name) = $function =~ /^(.*) (\S+)$/;
	my ($owner) = $unit =~ /^generated\/(\w+)\.c$/;
	push @lost, $function if !$none->{$name} &&
	    !$values_of{($owner // 'libc') . " $name"};
}
is_deeply(\@lost, [], 'what no value brings in is there without all of them');

# ---- why -------------------------------------------------------------------------

sub why {
	my (@words) = @_;
	my $text = qx{$unicc why @{[Audit::quoted(@words)]} 2>/dev/null};
	is($?, 0, "why @words");
	return $text;
}
my $by_value = qr/^\ \ because\ of\ ip\.dhcp:\ if\ that\ were\ false,\ it\ would
	\ not\ be\ there\n\s+ip\.dhcp\ =\ true\s+all\.lua:\d+\n
	\ \ because\ of\ ip\n/mx;
like(why('all.lua', 'dhcp_recv', '-o', 'all'), $by_value,
	'the value, and its instance');
like(why('all', 'dhcp_recv'), $by_value,
	'the same of the image, once it is known');
like(why('all', 'either'), qr/^  because of a\.loud, a\.shrill: with none/m,
	'two that are both enough');
unlike(why('all', 'grows'), qr/because of a\.times/, 'nothing of what is inlined');
is_deeply([map { $_->{name} } @{ decode_json(why('all.lua', 'in_colour',
	'-o', 'all', '--json'))->[0]{values} }], ['a.colours'], 'as JSON');
is(decode_json(why('none', 'strlen', '--json'))->[0]{values}, undef,
	'null where nothing is known');
like(why('all.lua', 'lwip:src/core/ipv4/dhcp.c', '-o', 'all'),
	qr/because of ip\.dhcp:/, 'a source file');

# ---- A value, a line ---------------------------------------------------------------

my $loud = why('all.lua', 'a.loud', '-o', 'all');
like($loud, qr/^a\.loud: setting, folded.*\n    a\.loud = true +all\.lua:3\n  \d+ things, \d+ bytes.*\n(?:    .*\n)*    only_loud +\d+ bytes of a$/m,
	'a value: what it brings in');
like($loud, qr/^  \d+ more because of it and of other values$/m,
	'and what another one does, too');
is(why('all', 'a.loud'), $loud, 'the same of the image');
like(why('all.lua', 'ip.window', '-o', 'all'),
	qr/ip\.window = 5840 bytes +default\n  0 things/, 'one that nobody wrote')
    or diag(why('all.lua', 'ip.window', '-o', 'all'));
like(qx{$unicc why all.lua ip.widow -o all 2>&1}, qr/E0903: ip\.widow/, 'none');
like(qx{$unicc why none a.loud 2>&1}, qr/E0903.*\n.*name CONFIG\.lua/,
	'of an image alone');
like(why('all', 'all.lua:4'), qr/ip = tcpip +all\.lua:4/,
	'a line of the configuration');

# ---- Anybody's eliminated.json -----------------------------------------------------

my $file = Audit::slurp('all/eliminated.json');
my $plain = why('all', 'strlen');
for my $bad ('', '[]', '{}', '"x"', 'null', substr($file, 0, length($file) / 2),
	$file =~ s/"things":/"thing":/gr, $file =~ s/"values":\s*\[/"values": [7, /gr,
	$file =~ s/"name":/"nome":/gr, '[' x 100000, "{\"code_root\": 7}") {
	Audit::put('all/eliminated.json', $bad);
	is(why('all', 'strlen'), $plain, 'is passed over: ' . substr($bad, 0, 20));
	why('all', 'dhcp_recv');
}
Audit::put('all/eliminated.json', $file =~ s/ip\.dhcp = false/\\u001b[2J/gr
	=~ s/"name":\s*"ip\.dhcp"/"name": "\\u001b[2J"/gr);
unlike(why('all', 'dhcp_recv'), qr/\e/, 'and moves no cursor');
Audit::put('all/eliminated.json', $file);

# ---- The example images ------------------------------------------------------------

my $top = $unicc =~ s{/[^/]*$}{}r;
for my $name (qw(hello web hello-xen web-xen)) {
	qx{$unicc audit $top/configs/$name.lua --eliminated -o ex-$name 2>progress};
	is($?, 0, "$name: its values are tried");
	my $known = decode_json(Audit::slurp("ex-$name/eliminated.json"));
	is_deeply($known->{because_of}, [], "$name: no value brings anything in");
}
my $text = Audit::slurp("$top/configs/web.lua");
$text =~ s/, gateway = "[^"]*"// && $text =~ s/, idle_timeout = [^}]*?(?= \})//
    or die 'web.lua has neither a gateway nor an idle_timeout';
$text =~ s{"site"}{"$top/configs/site"};
Audit::put('less.lua', $text);
is(Audit::build('less.lua', 'less'), '', 'web without values is valid');
is_deeply([sort keys %{ Audit::functions(Audit::read_folder('less')) }],
	[sort keys %{ Audit::functions(Audit::read_folder('ex-web')) }],
	'and has the same functions');

# Without it the configuration is not valid: what it brings is known all the same.
Audit::put('only.lua', <<'END');
image { name = "t", platform = "qemu.microvm", memory = 8 * MiB }
nic = virtio_net {}
ip = tcpip { net = nic, dhcp = true }
www = httpd { stack = ip, content = "site" }
END
like(why('only.lua', 'dhcp_recv'), qr/because of ip\.dhcp: if that were false/,
	'a value that cannot be left out');
done_testing();
