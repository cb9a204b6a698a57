#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# audit.html in a browser without a network: it shows the audit, can be zoomed,
# searched and sorted by mouse and by keyboard, in light and dark, and asks for
# nothing from outside.
use strict;
use warnings;
use Cwd;
use File::Temp 'tempdir';
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-page');
my $here = getcwd;
Audit::put('page.lua', <<'END');
-- </script> in a comment must not end the page's data.
image { name = "page", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
ip = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "site" }
END
is(Audit::build('page.lua', 'out'), '', 'it is built');
is(`$unicc audit out --html`, "out/audit.html\n", 'it is written');
my $page = Audit::slurp('out/audit.html');
unlike($page, qr{(?:src|href)\s*=\s*"(?!data:|#)}, 'no file from outside');
unlike($page, qr{https?:|//[a-z]|\bimport\b|fetch\(|XMLHttp|WebSocket},
	'no network');
my $first = $page;
is(`$unicc audit out --html`, "out/audit.html\n", 'a second time');
is(Audit::slurp('out/audit.html'), $first, 'the same bytes');
is(`$unicc audit out --html -o pages/here`, "pages/here/audit.html\n",
	'of an image that one may only read, elsewhere');
is(Audit::slurp('pages/here/audit.html'), $first, 'the same bytes');

my @chromium = qw(chromium --headless --no-sandbox --disable-gpu --disable-quic
	--no-first-run --disable-background-networking
	--disable-component-update --disable-sync);

sub browse {
	my (@words) = @_;
	my $user = tempdir(CLEANUP => 1);
	return scalar qx{@{[Audit::quoted('timeout', '60', @chromium,
		"--user-data-dir=$user", @words)]} 2>chromium.log};
}

# What a reader would do, by a script behind the page's own.
my $script = <<'END';
<script>
addEventListener("load", () => setTimeout(() => {
	const said = [], tiles = () => document.querySelectorAll("#map .tile");
	const press = (at, key) => at.dispatchEvent(
		new KeyboardEvent("keydown", { key: key, bubbles: true }));
	said.push("tiles " + (tiles().length > 20));
	tiles()[0].click();
	said.push("zoomed " + document.querySelectorAll("#crumbs button").length);
	/* What is inside a group is seen, be the group in focus or not. */
	const group = document.querySelector("#map .tile.group"), box =
		group.nextElementSibling.getBoundingClientRect();
	group.focus();
	said.push("inside " + (document.elementFromPoint(box.x + 4, box.y + 4) !== group));
	press(tiles()[0], "Escape");
	said.push("back " + document.querySelectorAll("#crumbs button").length);
	document.querySelectorAll("#views button")[1].click();
	said.push("by line " + /www page\.lua:5/.test(document.querySelector("#map").textContent));
	/* What memory holds beyond the file, and where that is from. */
	document.querySelectorAll("#views button")[3].click();
	said.push("memory " + /kernel\.c/.test(document.querySelector("#map").textContent) + " " +
		[...tiles()].some(tile => /^connections, 1\d\d,/.test(tile.ariaLabel)));
	/* A line of the configuration shows its bytes. */
	document.querySelector("#config button").click();
	said.push("line " + document.querySelector("#search").value + " " +
		[...document.querySelectorAll("#body tr")].every(row => /page\.lua:3/.test(row.textContent)));
	document.querySelector("#search").value = "strlen libc";
	document.querySelector("#search").dispatchEvent(new Event("input"));
	const shown = [...document.querySelectorAll("#body tr")];
	said.push("found " + shown.length + " " + shown.every(row => /strlen/.test(row.textContent)));
	document.querySelector("#search").value = "";
	document.querySelector("#head-offset button").click();
	said.push("first " + document.querySelector("#body td").textContent + " " +
		document.querySelector("#head-offset").getAttribute("aria-sort"));
	press(document.body, "/");
	said.push("focus " + document.activeElement.id);
	said.push("wide " + (document.documentElement.scrollWidth <= innerWidth));
	/* No bar leaves what it is a part of. */
	const bars = [...document.querySelectorAll(".cost b, .meter i, .strip i")];
	said.push("bars " + (bars.length > 5 && bars.every(bar => {
		const is = bar.getBoundingClientRect();
		const of = bar.parentElement.getBoundingClientRect();
		return is.left >= of.left - 1 && is.right <= of.right + 1;
	})));
	document.body.append(Object.assign(document.createElement("pre"),
		{ id: "said", textContent: said.join("\n") }));
}, 200));
addEventListener("error", event => document.body.append(
	Object.assign(document.createElement("pre"), { id: "failed",
	textContent: event.message })));
</script>
</body>
END
Audit::put('driven.html', $page =~ s{</body>}{$script}r);
for my $width (1280, 500) {
	my $dom = browse("--window-size=$width,1200", '--virtual-time-budget=3000',
		'--dump-dom', "file://$here/driven.html");
	unlike($dom, qr/<pre id="failed"/, "$width wide: no error");
	my ($said) = $dom =~ m{<pre id="said">(.*?)</pre>}s;
	is($said // '', <<'END' =~ s/\n\z//r, "$width wide: what a reader does");
tiles true
zoomed 2
inside true
back 1
by line true
memory true true
line page.lua:3 true
found 1 true
first 0x0 ascending
focus search
wide true
bars true
END
	my $audit = Audit::read_folder('out');
	my $bytes = 1 * $audit->{bytes};
	1 while $bytes =~ s/^(\d+)(\d{3})/$1,$2/;
	like($dom, qr/$bytes bytes, each byte in one row/, 'all bytes');
	like($dom, qr/-- &lt;\/script&gt; in a comment/, 'the configuration');
	like($dom, qr/0x3fd COM1/, 'a port with its name');
	like($dom, qr/ethernet_input/, 'a stored function pointer');
	like($dom, qr/virtio_rng/, 'a module that is not linked');
	like($dom, qr/kernel_main \x{203a}|kernel_main \xe2\x80\xba/,
		'the way down the stack');
}
# An image of which almost all is always there.
Audit::put('small.lua', <<'END');
image { name = "small", platform = "qemu.microvm", memory = 2 * MiB }
app = hello { message = "Hi" }
END
is(Audit::build('small.lua', 'small'), '', 'a small image');
system "$unicc audit small --html >said";
Audit::put('small.html', Audit::slurp('small/audit.html') =~ s{</body>}{$script}r);
ok(browse('--window-size=1280,1200', '--virtual-time-budget=3000',
	'--dump-dom', "file://$here/small.html") =~ /^bars true\b/m,
	'its bars stay where they are, too');

for my $look ([], ['--force-dark-mode',
	'--blink-settings=preferredColorScheme=0']) {
	browse(@$look, '--window-size=1280,1200', '--virtual-time-budget=3000',
		"--screenshot=shot-" . @$look . '.png',
		"file://$here/out/audit.html");
}
my ($light, $dark) = map { -s "shot-$_.png" // 0 } 0, 2;
cmp_ok($light, '>', 40_000, 'there is something to see');
cmp_ok($dark, '>', 40_000, 'in the dark, too');
isnt(Audit::slurp('shot-0.png'), Audit::slurp('shot-2.png'),
	'and it looks different');
done_testing();
