#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What exists only under other values of a setting is not in the image: canaries
# planted in each branch are found nowhere but in the image of their own value,
# eliminated.json lists them under it, and why-not names it.
use strict;
use warnings;
use JSON::PP;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-eliminated');
mkdir 'app';
Audit::put('app/module.lua', <<'END');
return module {
  summary  = "A canary in each branch",
  requires = { console = "console" },
  sources  = { "app.c" },
  hooks    = { "start" },
  settings = {
    flag "loud" { default = false, doc = "A flag." },
    choice "mode" { choices = { "red", "green", "blue" }, default = "green",
      doc = "A choice." },
    int "level" { default = 1, range = { 0, 2 }, doc = "A small range." },
    size "room" { optional = true, range = { 1, 64 * KiB },
      doc = "An optional." },
    duration "wait" { default = 5 * second, range = { 0, 1 * hour },
      doc = "A value of more than 32 bits." },
  },
}
END
Audit::put('app/app.c', <<'END');
#include <unicc/console.h>
#include <unicc/kernel.h>

#define SAY(name) do { if (app_wait_ns != 0) canary_##name(); } while (0)
#define CANARY(name) \
static __attribute__((noinline)) void \
canary_##name(void) \
{ \
	console_write("canary of " #name, sizeof "canary of " #name - 1); \
}

CANARY(loud) CANARY(quiet) CANARY(red) CANARY(green) CANARY(blue)
CANARY(zero) CANARY(one) CANARY(two) CANARY(room) CANARY(no_room)

/* Not a string of C's, and of one name in each branch; and a wide one. */
static volatile int seen;
static __attribute__((noinline)) void
look(const char *text, int size)
{
	while (size-- != 0)
		seen = *text++;
}
struct record { int number; char text[40]; };

static void
tell_mode(void)
{
	if (app_mode == app_mode_red) {
		static const struct record record = { 5, "record of red" };
		look(record.text, seen & 31);
		seen = record.number;
	} else {
		static const struct record record = { 6, "record of others" };
		look(record.text, seen & 31);
		seen = record.number;
	}
	if (app_mode == app_mode_blue)
		look((const char *)L"wide and blue", 56);
}

int
app_start(void)
{
	tell_mode();
	if (app_loud)
		SAY(loud);
	else
		SAY(quiet);
	switch (app_mode) {
	case app_mode_red: SAY(red); break;
	case app_mode_green: SAY(green); break;
	default: SAY(blue);
	}
	if (app_level == 0)
		SAY(zero);
	else if (app_level == 1)
		SAY(one);
	else
		SAY(two);
	if (app_room_bytes_is_set)
		SAY(room);
	else
		SAY(no_room);
	return 0;
}
END
Audit::put('c.lua', <<'END');
image { name = "c", platform = "qemu.microvm", memory = 4 * MiB }
main = app {}
END

my @here = qw(quiet green one no_room);
my %absent = (
	'main.loud = true' => ['loud'],
	'main.mode = "red"' => ['red'], 'main.mode = "blue"' => ['blue'],
	'main.level = 0' => ['zero'], 'main.level = 2' => ['two'],
	'main.room = 1' => ['room'],
);
my $said = qx{$unicc audit c.lua --eliminated -o out 2>progress};
is($?, 0, 'the other values are built') or diag(Audit::slurp('progress'));
my $found = decode_json(Audit::slurp('out/eliminated.json'));
my %values = map { $_->{other} => $_ } @{ $found->{values} };
ok(exists $values{$_}, "$_: tried") for sort keys %absent;

my $image = Audit::slurp('out/c.elf');
my $symbols = `nm out/c.debug`;
for my $other (sort keys %absent) {
	for my $name (@{ $absent{$other} }) {
		my $value = $values{$other};
		ok((grep { $_ eq "canary_$name" } @{ $value->{absent_symbols} }),
			"$other: the symbol is listed");
		ok((grep { $_ eq "canary of $name" }
			@{ $value->{absent_texts} }),
			"$other: the text is listed");
		ok(index($image, "canary of $name") < 0,
			"$other: the text is not in the image");
		unlike($symbols, qr/ canary_$name$/m, "$other: nor the symbol");
		like($said, qr/^\Q$other\E +\d+ symbols/m, "$other: said");
	}
}
ok(index($image, "canary of $_") >= 0, "$_: its own branch is in the image")
    for @here;
is_deeply($values{'main.mode = "red"'}{absent_texts},
	['canary of red', 'record of red'], 'a text in a record');
is_deeply($values{'main.mode = "blue"'}{absent_wide_texts}, ['wide and blue'],
	'a wide text');
ok(index($image, 'record of red') < 0 && index($image, "w\0\0\0i\0\0\0d") < 0,
	'which are not in the image');

# Lines: by what another reader of the same table says.
my @source = split /\n/, Audit::slurp('app/app.c');
my %has_code = map { /^app\.c\s+(\d+)\s+0x([0-9a-f]+)/ && hex $2 != 0
	? ($1 => 1) : () } `readelf --debug-dump=decodedline out/c.debug 2>/dev/null`;
cmp_ok(scalar keys %has_code, '>', 10, 'the table of lines is read');
my (@with_code, %listed);
for my $value (@{ $found->{values} }) {
	for (@{ $value->{absent_lines} // [] }) {
		my ($from, $to) = /^config\/app\/app\.c:(\d+)(?:-(\d+))?$/ or next;
		$listed{$value->{other}}{$_} = 1 for $from .. $to // $from;
		push @with_code, grep { $has_code{$_} } $from .. $to // $from;
	}
}
is_deeply(\@with_code, [], 'no line that is listed has code in the image');
for my $name (qw(loud red blue zero two)) {
	my ($line) = grep { $source[$_ - 1] =~ /\bSAY\($name\)/ } 1 .. @source;
	my ($other) = grep { $absent{$_}[0] eq $name } keys %absent;
	ok($listed{$other}{$line}, "$other: the line of its branch is listed");
}

# Whatever is listed is absent, of the catalogue's modules too.
Audit::put('web.lua', <<'END');
image { name = "web", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
ip = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "site" }
END
qx{$unicc audit web.lua --eliminated -o web 2>progress};
is($?, 0, 'a web server, too');
$found = decode_json(Audit::slurp('web/eliminated.json'));
$image = Audit::slurp('web/web.elf');
$symbols = { map { $_ => 1 } map { /(\S+)$/ ? $1 : () } `nm web/web.debug` };
my ($count, @there) = 0;
for my $value (@{ $found->{values} }) {
	for (@{ $value->{absent_symbols} // [] }) {
		$count++;
		push @there, $_ if $symbols->{$_};
	}
	for (@{ $value->{absent_texts} // [] }) {
		$count++;
		push @there, $_ if index($image, $_) >= 0;
	}
}
cmp_ok($count, '>', 40, 'much is eliminated');
is_deeply(\@there, [], 'and none of it is there');

# why knows then which value a thing is there because of.
is((split /\n/, qx{$unicc why out canary_green})[1], '  not if main.mode = "red"',
	'why names a value that would remove it');
like(qx{$unicc why out canary_green}, qr/not if main\.mode = "blue"/,
	'and another');
unlike(qx{$unicc why out main_start}, qr/not if/,
	'and none of what is there with any');
is_deeply(decode_json(scalar qx{$unicc why out canary_one --json})
	->[0]{nodes}[0]{not_if}, ['main.level = 0', 'main.level = 2'], 'as JSON');

is((split /\n/, qx{$unicc why out "canary of green"})[1],
	'  not if main.mode = "red"', 'of a text, too');

# No setting of one machine word is an object, in any image.
unlike(`nm out/c.debug`, qr/ app_(loud|mode|level|room|wait)\w*$/m,
	'no setting is a symbol');

# ---- why-not --------------------------------------------------------------------

sub why_not {
	my ($status, @words) = @_;
	my $text = qx{$unicc why-not @{[Audit::quoted(@words)]} 2>&1};
	is($? >> 8, $status, "why-not @words: exit status");
	return $text;
}
for my $other ('main.level = 2', 'main.room = 1') {
	my ($name) = @{ $absent{$other} };
	like(why_not(0, 'c.lua', "canary_$name"),
		qr/^    \Q$other\E +would bring it in, [-+]\d+ bytes$/m,
		"why-not names $other");
	# What it names does bring it in.
	my ($key, $value) = $other =~ /^(.*) = (.*)$/;
	like(qx{$unicc cost c.lua $key=$value}, qr/^\+ canary_$name /m,
		'and that is true');
}
like(why_not(0, 'c.lua', 'canary of loud'), qr/main\.loud = true/, 'a text');
like(why_not(0, 'c.lua', 'httpd'), qr/NAME = httpd \{ content = \.\.\. \}/, 'a module');
like(why_not(0, 'c.lua', 'atoi'), qr/musl:src\/stdlib\/atoi\.c/,
	'of the C library');
is_deeply(decode_json(why_not(0, 'c.lua', 'canary_two', '--json'))
	->{would_bring_it}[0]{change}, 'main.level = 2', 'as JSON');
like(why_not(4, 'c.lua', 'canary_one'), qr/E0907/, 'what is in the image');
like(why_not(4, 'c.lua', 'no_such_name'), qr/E0908/, 'what is nowhere');
like(why_not(2, 'out', 'canary_two'), qr/name CONFIG\.lua/, 'an image');
done_testing();
