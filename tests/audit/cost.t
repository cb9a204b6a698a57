#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# cost can ask for another value of whatever a configuration says, of the image
# and of an option that is given too, takes one value and no more, and says what
# is wrong with it in the user's words. A budget does not keep an answer back.
use strict;
use warnings;
use JSON::PP;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-cost');
Audit::put('a.lua', <<'END');
who = option { choice = { "x", "y" } }
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB,
  budget = { file = 48 * KiB } }
nic = virtio_net {}
ip = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "site" }
app = hello { message = who == "x" and "to x, at some length" or "to y" }
END
Audit::put('h.lua', <<'END');
image { name = "h", platform = "qemu.microvm", memory = 1152 * KiB }
app = hello { message = "Hello" }
END
Audit::put('env', "WHO=x\n");

# What cost says of these words, with this exit status.
sub cost {
	my ($status, @words) = @_;
	my $said = qx{$unicc cost @{[Audit::quoted(@words)]} 2>&1};
	is($? >> 8, $status, "cost @words: exit status") or diag($said);
	return $said;
}

# ---- The image ---------------------------------------------------------------------

my @x = ('--set', 'who=x');
like(cost(0, 'h.lua', 'image.memory=2 * MiB'), qr/it costs nothing/, 'memory');
like(cost(0, 'h.lua', 'image.platform=xen.pvh'), qr/^\+ .*xenconsole/m,
	'another platform, with as much memory as it needs');
like(cost(1, 'a.lua', 'image.platform=xen.pvh', @x),
	qr/E0304: nic: .*\n    image\.platform=xen\.pvh: the platform is chosen here\n    fix: use netfront/,
	'one that a module does not run on');
like(cost(0, 'h.lua', 'image.layout=unique'), qr/elsewhere/,
	'a unique layout');
like(cost(0, 'h.lua', 'image.layout=fixed'), qr/it costs nothing/, 'a fixed one');
cost(0, 'h.lua', 'image.layout_seed=abc');
like(cost(1, 'h.lua', 'image.memory=1 * MiB'),
	qr/^image\.memory=1 \* MiB: error E0203: image\.memory: found 1 MiB/,
	'too little memory');
like(cost(1, 'h.lua', 'image.layout=uniq'), qr/E0205.*\n.*write "unique"/,
	'no layout');
like(cost(1, 'h.lua', 'image.memroy=1'), qr/E0201.*\n.*write image\.memory/,
	'a wrong setting');
like(cost(1, 'h.lua', 'image.budget.file=1'), qr/E0201.*costs nothing/,
	'a budget');

# ---- Options -----------------------------------------------------------------------

like(cost(0, 'a.lua', 'who=y', @x), qr/^~ hello_message +-\d+/m,
	'an option that --set gives');
like(cost(0, 'a.lua', 'who=y', '--env', 'env'), qr/^~ hello_message +-\d+/m,
	'one that a file gives');
like(cost(0, 'a.lua', 'who="y"', @x), qr/^~ hello_message/m,
	'with quotes, as a setting would have');
like(cost(1, 'a.lua', 'who=z', @x), qr/E0205.*"x" or "y"/, 'a wrong value');
like(cost(1, 'a.lua', 'ohw=y', @x), qr/E0113/, 'a wrong option');

# ---- Values ------------------------------------------------------------------------

like(cost(0, 'a.lua', 'ip.address=10.0.2.7/24', @x), qr/ip_start|tcpip/,
	'a text without quotes');
like(cost(0, 'a.lua', 'app.message=say "yes"', @x), qr/^~ hello_message/m,
	'one with quotes in it');
like(cost(1, 'a.lua', 'ip.address=10.0.2.777/24', @x),
	qr/^ip\.address=10\.0\.2\.777\/24: error E0202/, 'a wrong one');
like(cost(1, 'a.lua', $_, @x), qr/^\Q$_\E: error E0102: www\.port: the value/,
	"no value: $_")
    for 'www.port=', 'www.port=81}) x = hello {} override(www, {port=99',
	'www.port=81, index = "x"', 'www.port=1) + (2', 'www.port=81 82',
	'www.port=function() end end';
like(cost(1, 'a.lua', 'www.hedaers={}', @x), qr/E0201.*\n.*write headers/,
	'a wrong setting');
like(cost(2, 'site', 'www.port=81'), qr/name CONFIG\.lua/, 'a folder');
like(cost(2, 'a.lua', '.port=81'), qr/which KEY=VALUE/, 'no instance');

# ---- Budgets -----------------------------------------------------------------------

like(cost(0, 'a.lua', 'ip.dhcp=true', @x), qr/^\+ dhcp_recv/m,
	'more than the budget allows');
like(qx{$unicc why-not a.lua dhcp_recv --set who=x 2>&1},
	qr/ip\.dhcp = true +would bring it in/, 'why-not, too');

# What is only to be looked at makes no build pass that a budget refuses.
Audit::put('b.lua', Audit::slurp('h.lua') =~ s/1152 \* KiB/1152 * KiB, budget = { file = 1 }/r);
cost(0, 'b.lua', 'app.message=Hello');
like(Audit::build('b.lua', 'b'), qr/E0905/, 'the budget holds the build');
done_testing();
