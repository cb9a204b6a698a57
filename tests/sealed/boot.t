#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A web server whose addresses are sealed after the build serves its page on
# them, and on no others.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Guest;
use Test::More;

my $folder = tempdir(CLEANUP => 1);
mkdir "$folder/site";
open my $page, '>', "$folder/site/index.html" or die $!;
print $page "a sealed page\n";
close $page or die $!;
open my $config, '>', "$folder/web.lua" or die $!;
print $config <<'LUA';
image { name = "web", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net { mac = sealed() }
ip  = tcpip { net = nic, address = sealed(), gateway = sealed() }
www = httpd { stack = ip, content = "site" }
LUA
close $config or die $!;
my ($status, $said) = Guest::unicc("$folder/web.lua", '-o', "$folder/web");
is($status, 0, 'the image is built') or BAIL_OUT($said);
($status, $said) = Guest::unicc('run', "$folder/web");
is($status, 5, 'without addresses it does not start');
like($said, qr/^kernel: ip\.address is not filled/m, 'and says why');

my @set = map { ('--set', $_) } 'ip.address=10.9.0.5/16', 'ip.gateway=10.9.0.1',
    'nic.mac=52:54:00:00:00:07';
($status, $said) = Guest::unicc('seal', "$folder/web", @set, '-o',
	"$folder/sealed");
is($status, 0, 'it is sealed') or BAIL_OUT($said);
my $port = Guest::free_port();
my $guest = Guest->start(config => "$folder/sealed", ports => { $port => 80 },
	arguments => ['--qemu-arg', '-object', '--qemu-arg',
		"filter-dump,id=tap,netdev=nic,file=$folder/frames"]);
ok($guest->wait_http($port, 30), 'it answers on them') or
    diag($guest->console);
is(`curl -s --max-time 5 http://127.0.0.1:$port/`, "a sealed page\n",
   'with its page');
my ($code, $instance) = $guest->console =~ /^web code (\w+) instance (\w+)/m;
$guest->stop;
like(`$Guest::root/unicc id $folder/sealed`,
     qr/^code +$code\ninstance +$instance$/m, 'and tells both roots');

# pcap: 24 bytes, then each frame behind 16.
my $frames = Guest::slurp("$folder/frames");
my (%senders, $at);
for ($at = 24; $at + 30 < length $frames;) {
	my $size = unpack 'x8V', substr $frames, $at, 16;
	my ($sender, $type, $from) =
	    unpack 'x6H12nx12N', substr $frames, $at + 16, 60;
	$senders{ sprintf '%s %d.%d.%d.%d', $sender, unpack 'C4', pack 'N', $from }++
	    if $type == 0x0800;
	$at += 16 + $size;
}
ok($senders{'525400000007 10.9.0.5'}, 'every frame of its comes from both');
is_deeply([grep { /^525400/ && !/^525400000007 10\.9\.0\.5$/ } keys %senders],
	  [], 'and from no other') or diag(join "\n", %senders);
done_testing();
