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
is(said(0, 'diff', 'a', 'again/t.elf'), '', 'the same from elsewhere');
is_deeply(decode_json(said(0, 'diff', 'a', 'again', '--json')), [],
	'nothing, as JSON');

my $diff = said(0, 'diff', 'a', 'long');
like($diff, qr/^t, \d+ bytes -> t, \d+ bytes$/m, 'both sizes');
like($diff, qr/^~ hello_message +\+17 +constants of app$/m, 'what grew');
unlike($diff, qr/tcp_|www_|ip_/, 'not what only moved');
my @json = @{ decode_json(said(0, 'diff', 'a', 'long', '--json')) };
my ($grown) = grep { $_->{name} eq 'hello_message' } @json;
is_deeply($grown, { change => 'changed', name => 'hello_message',
	kind => 'constants', owner => 'app', before => 3, after => 20 },
	'the same as JSON');

# ---- Sealed values ---------------------------------------------------------------

Audit::put('s.lua', $config =~ s{"10.0.2.15/24"}{sealed("10.0.2.15/24")}r);
is(Audit::build('s.lua', 's'), '', 'an image with a sealed address');
said(0, 'seal', 's', '--set', 'ip.address=10.0.2.7/24', '-o', 's7');
@json = @{ decode_json(said(0, 'diff', 's', 's7', '--json')) };
is_deeply([sort map { "$_->{owner} $_->{name}" } @json],
	['ip.address ip.address.filled', 'kernel unicc_note'],
	'sealing changes the slot and the identity, and nothing else');
like(said(0, 'why', 's7', 'ip.address'), qr/ip\.address = sealed +s\.lua:4/,
	'and the slot is there because of its line');

# ---- Cost ------------------------------------------------------------------------

my %before = map { $_ => Audit::slurp($_) } glob 'a/t.*';
mkdir 'tmp';
$ENV{TMPDIR} = getcwd . "/tmp";
is(said(0, 'cost', 'a.lua', 'level=long'), $diff,
	'an option costs what its image differs by');
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
