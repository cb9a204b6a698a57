#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# diff names what differs between two images, and nothing where only places do;
# cost does so for an image and what another value makes of it, and leaves
# neither files nor a changed image behind.
use strict;
use warnings;
use Cwd;
use JSON::PP;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-diff');
my $config = <<'END';
level = option { choice = { "short", "long" }, default = "short" }
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net {}
ip = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "site" }
app = hello { message = level == "short" and "Hi" or "Good morning to all" }
END
Audit::put('a.lua', $config);
is(Audit::build('a.lua', 'a'), '', 'an image');
is(Audit::build('a.lua', 'again'), '', 'the same again');
is(Audit::build('a.lua', 'long', '--set', 'level=long'), '', 'another text');

sub said {
	my ($status, @words) = @_;
	my $said = qx{$unicc @{[Audit::quoted(@words)]} 2>&1};
	is($? >> 8, $status, "@words: exit status");
	return $said;
}

is(said(0, 'diff', 'a', 'a'), '', 'an image and itself');
is(said(0, 'diff', 'a/t.debug', 'again/t.manifest.json'), '',
	'named by what lies beside it');
is(said(0, 'diff', 'a', 'again/t.elf'), '', 'the same from elsewhere');
my $json = decode_json(said(0, 'diff', 'a', 'again', '--json'));
is_deeply([ @$json{qw(changes modules moved)} ], [ [], [], 0 ],
	'nothing, as JSON');

my $diff = said(0, 'diff', 'a', 'long');
like($diff, qr/^a, \d+ bytes, \d+ KiB of memory -> long, \d+ bytes, \d+ KiB$/m,
	'both sizes');
like($diff, qr/^  \d+ of \d+ that are the same lie elsewhere$/m,
	'how many only moved');
like($diff, qr/^~ hello_message +\+17 +constants of app$/m, 'what grew');
unlike($diff, qr/tcp_|www_|ip_/, 'not what only moved');
$json = decode_json(said(0, 'diff', 'a', 'long', '--json'));
my ($grown) = grep { $_->{name} eq 'hello_message' }
	@{ $json->{changes} };
is_deeply($grown, { change => 'changed', name => 'hello_message',
	kind => 'constants', owner => 'app', before => 3, after => 20 },
	'the same as JSON');
my $sum = 0;
$sum += $_->{file_bytes} for @{ $json->{modules} };
is($sum, $json->{after}{file_bytes} - $json->{before}{file_bytes},
	'and by module, all together');
is($json->{after}{file_bytes}, -s 'long/t.elf', 'and in all');

# What is referred to counts, and where in it: not only the thing.
mkdir 'pick';
Audit::put('pick/module.lua', <<'END');
return module { summary = "picks", sources = { "pick.c" }, hooks = { "start" },
	requires = { console = "console" },
	settings = { int "n" { range = { 0, 2 }, doc = "Which." } } }
END
Audit::put('pick/pick.c', <<'END');
#include <unicc/console.h>

static const char text[] = "no\0yes";
static volatile int array[200];

int
pick_start(void)
{
	console_write(text + 3 * (pick_n == 1), 2);
	return array[100 + 10 * (pick_n == 2)];
}
END
Audit::put("pick$_.lua", <<"END") for 0 .. 2;
image { name = "p", platform = "qemu.microvm", memory = 4 * MiB }
a = pick { n = $_ }
END
is(Audit::build("pick$_.lua", "pick$_"), '', "picks $_") for 0 .. 2;
like(said(0, 'diff', 'pick0', "pick$_"), qr/^~ a_start .*other bytes$/m,
	"another place in the same thing, $_") for 1, 2;

# A text may be the end of another in one image: what refers to it is the same.
Audit::put('hello.lua', <<'END');
image { name = "h", platform = "qemu.microvm", memory = 4 * MiB }
app = hello { message = "Hi" }
END
is(Audit::build('hello.lua', 'h'), '', 'an image with fewer texts');
unlike(said(0, 'diff', 'a', 'h'), qr/kernel_(?:log|fault)\b/,
	'whose text another ends with is no difference');

# No thing holds the header.
system 'cp', '-r', 'h', 'header';
my $image = Audit::slurp('h/h.elf');
substr($image, 8, 1) = "\1";
Audit::put('header/h.elf', $image);
like(said(0, 'diff', 'h', 'header'), qr/^~ header +\+0  other bytes$/m,
	'what differs in the header alone');
is(decode_json(said(0, 'diff', 'h', 'header', '--json'))->{apart}, 'header',
	'as JSON');

# ---- Sealed values ---------------------------------------------------------------

Audit::put('s.lua', $config =~ s{"10.0.2.15/24"}{sealed("10.0.2.15/24")}r);
is(Audit::build('s.lua', 's'), '', 'an image with a sealed address');
said(0, 'seal', 's', '--set', 'ip.address=10.0.2.7/24', '-o', 's7');
$json = decode_json(said(0, 'diff', 's', 's7', '--json'));
is_deeply([sort map { "$_->{owner} $_->{name}" } @{ $json->{changes} }],
	['ip.address ip.address.filled', 'kernel unicc_note'],
	'sealing changes the slot and the identity, and nothing else');
is_deeply($json->{sealed}, [ { name => 'ip.address',
	is_secret => JSON::PP::false, before => '10.0.2.15/24',
	after => '10.0.2.7/24' } ], 'which, and to what');
ok($json->{only_sealed}, 'and that nothing else does, is proven');
like(said(0, 'diff', 's', 's7'), qr/^nothing but sealed values differs/m,
	'as text');

# Nobody is believed who says so: not the manifest, and not the identity.
sub forge {
	my ($ending, $change) = @_;
	system 'rm', '-rf', 'forged';
	system 'cp', '-r', 's7', 'forged';
	my $bytes = Audit::slurp("s7/t.$ending");
	Audit::put("forged/t.$ending", $change->($bytes));
	my $said = said(4, 'diff', 's', 'forged');
	unlike($said, qr/nothing but sealed|10\.9/, 'nothing is proven');
	return $said;
}
like(forge('manifest.json', sub { $_[0] =~ s{10\.0\.2\.7/24}{10.9.9.9/24}r }),
	qr/error E0(?:608|902)/, 'another value in the manifest');
my $code = qx{$unicc id s7} =~ /code +([0-9a-f]{16})/ ? pack 'H*', $1 : die;
like(forge('elf', sub {
	my $at = index $_[0], $code;
	substr($_[0], $at, 1) ^= "\1";
	return $_[0];
}), qr/error E0(?:607|902)/, 'another code root in the image');
like(forge('elf', sub {
	my $at = index $_[0], $code;
	substr($_[0], $at + 32, 1) ^= "\1";
	return $_[0];
}), qr/error E0(?:607|902)/, 'another instance root');
like(said(0, 'why', 's7', 'ip.address'), qr/ip\.address = sealed +s\.lua:4/,
	'and the slot is there because of its line');

# ---- Cost ------------------------------------------------------------------------

my %before = map { $_ => Audit::slurp($_) } glob 'a/t.*';
mkdir 'tmp';
$ENV{TMPDIR} = getcwd . "/tmp";
$diff =~ s/^.*\n//;
$diff =~ s/^.* gadgets lie at the same address\n//m;
is(said(0, 'cost', 'a.lua', 'level=long') =~ s/^.*\n//r, $diff,
	'an option costs what its image differs by');
like(said(0, 'cost', 'a.lua', 'www.connections=63'),
	qr/^~ connections +-\d+  memory of www$(?!.*costs nothing)/ms,
	'memory is a cost, too');
my $cost = said(0, 'cost', 'a.lua', 'ip.dhcp=true');
like($cost, qr/^\+ dhcp_recv +\+\d+ +code of ip$/m, 'what a flag brings in');
like($cost, qr/^  tcpip +\+\d+  bytes of the file$/m, 'to which module');
like(said(0, 'cost', 'a.lua', 'www.gzip=true'), qr/it costs nothing/,
	'the value that it has');
like(said(0, 'cost', 'a.lua', 'rtc.reread=2 * minute'),
	qr/rtc_wallclock_unix_s +\+0/, 'of an instance that nobody wrote');
like(said(0, 'cost', 'a.lua', 'kernel.stack=32 * KiB'),
	qr/kernel_stack_memory +\+16384 +memory of kernel/, 'of the kernel');
is_deeply({ map { $_ => Audit::slurp($_) } glob 'a/t.*' }, \%before,
	'the image is as it was');
is_deeply([glob('tmp/*'), glob('build*')], [], 'and nothing is left');

like(said(1, 'cost', 'a.lua', 'www.gzip=3'), qr/E0202.*true or false/,
	'a wrong value');
like(said(1, 'cost', 'a.lua', 'www.gizp=true'), qr/E0201.*no such setting/,
	'a wrong setting');
like(said(1, 'cost', 'a.lua', 'ww.gzip=true'), qr/E0202.*\n.*write www/,
	'a wrong instance');
like(said(1, 'cost', 'a.lua', 'levle=long'), qr/E0113/, 'a wrong option');
like(said(2, 'cost', 'a.lua', 'www.gzip'), qr/which KEY=VALUE/, 'no value');
like(said(2, 'cost', 'a.lua'), qr/which KEY=VALUE/, 'no key');
like(said(2, 'diff', 'a.lua', 'a.lua'), qr/add --config/, 'configurations');
like(said(2, 'diff', 'a'), qr/which two images/, 'one image');
like(said(2, 'diff', 'a', 'a', '--set', 'level=long'), qr/add --config/,
	'images have no options');
like(said(4, 'diff', 'a', 'site'), qr/E0606/, 'no image');
done_testing();
