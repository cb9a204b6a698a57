#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# why-not names what would bring a thing in, and that does: a value, an option,
# two values at once, or a module with what it cannot be without; else it says how
# much was tried, and the nearest name.
use strict;
use warnings;
use JSON::PP;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-why-not');
mkdir 'app';
Audit::put('app/module.lua', <<'END');
return module {
  summary  = "A canary in each branch",
  requires = { console = "console" },
  sources  = { "app.c" },
  hooks    = { "start" },
  settings = {
    flag "loud" { default = false, doc = "A flag." },
    choice "mode" { choices = { "red", "green" }, default = "green",
      doc = "A choice." },
    int "level" { default = 1, range = { 0, 2 }, doc = "A small range." },
  },
}
END
Audit::put('app/app.c', <<'END');
#include <unicc/console.h>

#define APART static __attribute__((noinline)) void
#define SAY(text) console_write(text, sizeof text - 1)

APART loud_and_red(void) { SAY("loud and red"); }
APART at_two(void) { SAY("at two"); }

int
app_start(void)
{
	if (app_loud && app_mode == app_mode_red)
		loud_and_red();
	if (app_level == 2)
		at_two();
	return 0;
}
END
Audit::put('c.lua', <<'END');
env = option { choice = { "dev", "prod" }, default = "prod" }
image { name = "c", platform = "qemu.microvm", memory = 1152 * KiB }
main = app {}
if env == "dev" then
  greeting = hello { message = "only when developing" }
end
END

sub why_not {
	my ($status, @words) = @_;
	my $text = qx{$unicc why-not @{[Audit::quoted(@words)]} 2>&1};
	is($? >> 8, $status, "why-not @words: exit status") or diag($text);
	return $text;
}

like(why_not(0, 'c.lua', 'at_two'),
	qr/^    main\.level = 2 +would bring it in, \+\d+ bytes$/m, 'a value');
like(why_not(0, 'c.lua', 'loud_and_red'),
	qr/^    main\.loud = true, main\.mode = "red" +would bring it in, /m,
	'two values');
like(why_not(0, 'c.lua', 'only when developing'),
	qr/^    option env = dev +would bring it in, /m, 'an option');
like(why_not(0, 'c.lua', 'only when developing', '--set', 'env=prod'),
	qr/^    option env = dev /m, 'an option that is given');

# ---- Modules ---------------------------------------------------------------------

my $said = why_not(0, 'c.lua', 'dhcp_recv');
like($said, qr/^    NAME = tcpip \{ dhcp = true \} +would bring it in, \+\d+ bytes; with NAME = virtio_net \{ \.\.\. \}, memory = \d+ \* KiB$/m,
	'a module, with one of its values, what it needs, and memory');
unlike($said, qr/speaks of it/, 'and no other one');
Audit::put('dhcp.lua', Audit::slurp('c.lua') =~ s/1152 \* KiB/4 * MiB/r . <<'END');
nic = virtio_net {}
ip = tcpip { dhcp = true }
www = httpd { content = "site" }
END
is(Audit::build('dhcp.lua', 'dhcp'), '', 'that can be built');
like(qx{$unicc why dhcp dhcp_recv}, qr/ip = tcpip/, 'and does bring it in');
like(why_not(0, 'c.lua', 'httpd'),
	qr/NAME = httpd \{ content = \.\.\. \} +would bring it in/,
	'a module by name, with what must be given');
like(why_not(0, 'c.lua', 'virtio_net'),
	qr/NAME = tcpip \{ .*would bring it in.*with NAME = virtio_net/,
	'one that is built with its user only');
like(why_not(0, 'c.lua', 'netfront'),
	qr/NAME = netfront \{ \.\.\. \} +speaks of it, on another platform: /,
	'one of another platform');
like(why_not(0, 'c.lua', 'atoi'), qr/musl:src\/stdlib\/atoi\.c/,
	'of the C library');
my $json = decode_json(why_not(0, 'c.lua', 'dhcp_recv', '--json'));
is($json->{would_bring_it}[0]{change}, 'NAME = tcpip { dhcp = true }', 'as JSON');
ok($json->{would_bring_it}[0]{is_built}, 'seen');
cmp_ok($json->{tried}, '>', 1, 'after others');

# ---- Nothing ---------------------------------------------------------------------

like(why_not(4, 'c.lua', 'dhcp_recvv'),
	qr/E0908: dhcp_recvv: none of \d+ changes tried brings it in; no source.*\n    fix: ask for dhcp_recv\n/,
	'a name that is nowhere, and the nearest');
like(why_not(4, 'c.lua', 'recv_dhc'), qr/E0908: /,
	'part of a word is none');
like(why_not(4, 'c.lua', 'main_start'), qr/E0907/, 'what is in the image');
like(why_not(4, 'c.lua', 'app_start'), qr/E0907.*as main_start/,
	'what is called after its instance there');
like(why_not(2, 'c.lua'), qr/why not what/, 'nothing asked');
like(why_not(1, 'none.lua', 'x'), qr/E0101/, 'no configuration');
like(why_not(2, 'dhcp', 'x'), qr/name CONFIG\.lua/, 'a folder');
done_testing();
