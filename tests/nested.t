#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Values made of values: each part has its own type, default and origin, is
# shown, overridden and compared by itself, and C reads it.
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
my $folder = 'build/test-nested';
system "rm -rf $folder; mkdir -p $folder/relay $folder/site";
chdir $folder or die;

write_file('relay/module.lua', <<'LUA');
return module {
  summary  = "Says what it was given",
  requires = { console = "console" },
  sources  = { "relay.c" },
  hooks    = { "start" },
  settings = {
    record "admin" { default = {}, doc = "Who.", fields = {
      text "user" { default = "root", max = 16, doc = "The name." },
      port "port" { default = 8080, doc = "Where." },
      ipv6 "from" { optional = true, doc = "Whence." },
      record "limits" { default = {}, doc = "How much.", fields = {
        size "body" { default = 4 * KiB, range = { 1, 1 * MiB }, doc = "Of a body." },
        duration "wait" { default = 1 * second, range = { 1, 1 * hour }, doc = "How long." },
      } },
    } },
    list "upstreams" { default = {}, max = 3, doc = "Where to.", of = record { fields = {
      ipv4 "address" { doc = "The host." },
      port "port" { default = 80, doc = "Its port." },
      choice "mode" { choices = { "fast", "slow" }, default = "fast", doc = "How." },
      list "paths" { of = text { max = 9 }, default = { "/" }, doc = "What." },
    } } },
    map "pages" { of = "file", default = {}, doc = "Bodies." },
    map "sites" { of = "files", default = {}, doc = "Folders." },
    list "rows" { of = list { of = int { range = { -9, 9 } } }, default = {}, doc = "Numbers." },
    map "names" { of = map { of = "text" }, default = {}, doc = "Words." },
    list "cards" { of = "mac", default = {}, doc = "Cards." },
    ipv6 "router" { default = "fe80::1", doc = "The next one." },
  },
}
LUA
write_file('relay/relay.c', <<'C');
#include <unicc/console.h>
#include <unicc/kernel.h>

static void
say(const char *text)
{
	while (*text != '\0')
		console_write(text++, 1);
	console_write(" ", 1);
}

static void
say_number(int64_t number)
{
	char text[] = "00000";
	size_t at = 5;

	if (number < 0)
		console_write("-", 1);
	for (number = number < 0 ? -number : number; at != 0; number /= 10)
		text[--at] = (char)('0' + number % 10);
	say(text);
}

int
relay_start(void)
{
	size_t i, j;

	say(relay_admin.user);
	say_number(relay_admin.port);
	say_number(relay_admin.from_is_set ? relay_admin.from.bytes[15] : -1);
	say_number((int64_t)relay_admin.limits.body_bytes);
	say_number((int64_t)(relay_admin.limits.wait_ns / 1000000000));
	for (i = 0; i < relay_upstreams_count; i++) {
		const struct relay_upstreams *to = &relay_upstreams[i];

		say_number(to->address & 0xff);
		say_number(to->port);
		say(to->mode == relay_upstreams_mode_slow ? "slow" : "fast");
		for (j = 0; j < to->paths.count; j++)
			say(to->paths.items[j]);
	}
	for (i = 0; i < relay_pages_count; i++) {
		say(relay_pages[i].key);
		console_write((const char *)relay_pages[i].value.bytes,
			      relay_pages[i].value.size_bytes);
	}
	for (i = 0; i < relay_sites_count; i++)
		say(files_find(&relay_sites[i].value, "/index.html", 11) != NULL
			    ? "found" : "lost");
	for (i = 0; i < relay_rows_count; i++)
		for (j = 0; j < relay_rows[i].count; j++)
			say_number(relay_rows[i].items[j]);
	for (i = 0; i < relay_names_count; i++)
		for (j = 0; j < relay_names[i].value.count; j++)
			say(relay_names[i].value.items[j].value);
	say_number(relay_cards[0].bytes[5]);
	say_number(relay_router.bytes[15]);
	return 0;
}
C
write_file('site/index.html', "page\n");
write_file('a.txt', "one ");
write_file('b.txt', "two ");
write_file('t.lua', <<'LUA');
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
http = option { port = true, default = 81 }
app = relay {
  admin = { port = http, from = "2001:DB8::0:7", limits = { body = 5 } },
  upstreams = {
    { address = "10.0.0.1" },
    { address = "10.0.0.2", mode = "slow", paths = { "/a", "/b" }, port = 8000 + 1 },
  },
  pages = { x = "a.txt", ["*/ \\"] = "b.txt", y = "a.txt" },
  sites = { main = "site" },
  rows  = { { 1, -2 }, {}, { 3 } },
  names = { n = { k = "v" } },
}
LUA

# ---- Origins ----------------------------------------------------------

my $said = `$unicc config t.lua`;
is($?, 0, 'accepted');
my %origin = map { /^(app\.\S+(?: \\\S+)?) = .*?  +(.*)$/ ? ($1 => $2) : () } split /\n/, $said;
is($origin{'app.admin.user'}, 'default', 'of a field that is not written');
is($origin{'app.admin.limits.body'}, 't.lua:4:61', 'of a field in a field');
is($origin{'app.admin.port'}, 'option http (default, t.lua:2:1)',
   'of a field that is an option');
is($origin{'app.upstreams[2].mode'}, 't.lua:7:29', 'of a field in a list');
is($origin{'app.upstreams[1].port'}, 'default', 'and of its default');
is($origin{'app.pages.x'}, 't.lua:9:13', 'of a file in a map');
is($origin{'app.rows[2]'}, 't.lua:11:24', 'of a list in a list');
like($said, qr/^app\.admin\.from = 2001:db8::7 /m, 'an address as RFC 5952 has it');

my $config = decode_json(scalar `$unicc config --json t.lua`);
my ($app) = grep { $_->{name} eq 'app' } @{ $config->{instances} };
my %setting = map { $_->{name} => $_ } @{ $app->{settings} };
is_deeply($setting{upstreams}{value},
	  [{ address => '10.0.0.1', port => 80, mode => 'fast', paths => ['/'] },
	   { address => '10.0.0.2', port => 8001, mode => 'slow',
	     paths => ['/a', '/b'] }], 'as JSON');
my %part = map { $_->{name} => $_ } @{ $setting{admin}{parts} };
is("$part{'app.admin.limits.body'}{origin} $part{'app.admin.limits.body'}{value}",
   't.lua:4:61 5', 'each part as JSON');

# ---- Overrides --------------------------------------------------------

write_file('o.lua', <<'LUA');
include "t.lua"
override(app, { admin = { port = 82, limits = { body = 6 } }, rows = {} })
LUA
$said = `$unicc config o.lua`;
is($?, 0, 'an override of fields is accepted');
like($said, qr/^app\.admin\.port = 82 +o\.lua:2:27, in place of option http \(default, t\.lua:2:1\)$/m,
     'a field is replaced');
like($said, qr/^app\.admin\.limits\.body = 6 bytes +o\.lua:2:49, in place of t\.lua:4:61$/m,
     'in a field too');
like($said, qr/^app\.admin\.from = 2001:db8::7 +t\.lua:4:26$/m, 'the others stay');
like($said, qr/^app\.rows = \{\} +o\.lua:2:63, in place of t\.lua:11:3$/m,
     'a list is replaced as a whole');
write_file('o2.lua', <<'LUA');
include "t.lua"
override(app, { admin = { user = "me", prot = 1, limits = 5 } })
override(app, { admin = { user = "me", port = 1, limits = { body = 7 } } })
override(app, { admin = { port = 2, limits = { wait = 1 * second } } })
override(app, { admin = "me", upstreams = { { port = 81 } } })
LUA
is(`$unicc check o2.lua 2>&1`, <<'SAID', 'what is not set is not overridden');
o2.lua:2:40: error E0201: app.admin.prot: there is no such field; app.admin is a record { user = ..., port = ..., from = ..., limits = ... }
    fix: write port
o2.lua:3:27: error E0118: app.admin.user: it is not set there: an override replaces a value that is
    t.lua:3:7: app is made here
    fix: set user there
o2.lua:4:27: error E0105: app.admin.port: overridden a second time
    o2.lua:3:40: first overridden here
    fix: keep one of the two
o2.lua:4:48: error E0118: app.admin.limits.wait: it is not set there: an override replaces a value that is
    t.lua:3:7: app is made here
    fix: set wait there
o2.lua:5:25: error E0202: app.admin: found the text "me"; allowed is a record { user = ..., port = ..., from = ..., limits = ... }
o2.lua:5:45: error E0204: app.upstreams[1].address: address must be given: an IPv4 address such as "10.0.2.2"
    fix: add address = ...
SAID

# ---- Effects ----------------------------------------------------------

is(`$unicc diff --config t.lua o.lua` =~ s/ +/ /gr, <<'SAID', 'effects by part');
~ app.admin.limits.body = 5 bytes -> 6 bytes t.lua:4:61 -> o.lua:2:49
~ app.admin.port = 81 -> 82 option http (default, t.lua:2:1) -> o.lua:2:27
+ app.rows = {} o.lua:2:63
- app.rows[1] = { 1, -2 } t.lua:11:13
- app.rows[2] = {} t.lua:11:24
- app.rows[3] = { 3 } t.lua:11:28
SAID
write_file('m.lua', do { local (@ARGV, $/) = 't.lua'; <> } =~ s/y = "a\.txt"/y = "b.txt"/r);
like(`$unicc diff --config t.lua m.lua`, qr{^~ app\.pages\.y / = sha256 \w+, 4 bytes -> sha256}m,
     'a file in a map by its hash');

# ---- In the image -----------------------------------------------------

is(`$unicc run t.lua 2>/dev/null` =~ s/\r|^t code.*\n//gr,
   "root 00081 00007 00005 00001 00001 00080 fast / 00002 08001 slow /a /b "
   . "*/ \\ two x one y one found 00001 -00002 00003 v 00000 00001 exit 0\n",
   'C reads all of it') or diag(scalar `$unicc t.lua 2>&1`);
my $first = `$unicc id build/t/t.elf`;
write_file('t.lua', "\n\n-- Moved.\n" . do { local (@ARGV, $/) = 't.lua'; <> });
system "$unicc t.lua >/dev/null 2>&1";
is(`$unicc id build/t/t.elf`, $first, 'where it is written is no part of it');
write_file('a.txt', "neo ");
system "$unicc t.lua >/dev/null 2>&1";
isnt(`$unicc id build/t/t.elf`, $first, 'the bytes of its files are');

# ---- The catalogue ----------------------------------------------------

my $doc = decode_json(scalar `$unicc doc --json relay`);
my %documented = map { $_->{name} => $_ } @{ $doc->{settings} };
is_deeply([map { "$_->{name} $_->{type}" } @{ $documented{upstreams}{item}{fields} }],
	  ['address ipv4', 'port port', 'mode choice', 'paths list'], 'doc as JSON');
is("$documented{rows}{item}{item}{min} $documented{rows}{item}{of}", '-9 int',
   'the range of an item');
like(`$unicc doc relay.upstreams`, qr/^ +upstreams\[\]\.port = 80\n +port: a port from 1 to 65535\n +Its port\.$/m,
     'doc as text');
like(`$unicc doc relay.admin.limits.body`,
     qr/^ +admin\.limits\.body = 4 KiB\n +size: a size from 1 bytes to 1 MiB\n/,
     'doc of a field');
is(decode_json(scalar `$unicc doc --json relay.upstreams.mode`)->{type}, 'choice',
   'as JSON');
like(`$unicc doc relay.upstreams.mood 2>&1`, qr/upstreams has no field mood; is it mode\?/,
     'of none');
my $cats = `$unicc doc --luacats | tee cats.lua`;
like($cats, qr/^---\@field upstreams\? unicc\.relay\.settings\.upstreams\[\]$/m,
     'definitions: a list of records');
like($cats, qr/^---\@class \(exact\) unicc\.relay\.settings\.admin\.limits$/m,
     'a record in a record');
like($cats, qr/^---\@field names\? table<string, table<string, string>>$/m,
     'a map of maps');
is(system('luac5.4 -p cats.lua'), 0, 'it is Lua');
is(`$unicc doc --man > m.7; mandoc -T lint m.7 | grep -v "referenced manual"`, '',
   'manual: mandoc finds nothing');
is(`$unicc doc --luacheck > rc; luacheck --no-color --config rc t.lua relay/module.lua | tail -n 1`,
   "Total: 0 warnings / 0 errors in 2 files\n", 'luacheck finds nothing');
done_testing();
