#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Two network interfaces in one machine: the first, with rings of two slots,
# serves a page at an address that the network's DHCP server gives; the second
# answers in another network, at the Ethernet address that it was given.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__);
use Machine;
use Xen;

my $xen = Xen->host;
my $config = Machine::config('nics', 'xen.pvh', 4, <<'END');
lan  = netfront { receive_slots = 2, transmit_slots = 2 }
side = netfront { bridge = "xenbr1", mac = "00:16:3e:00:00:02" }
ip   = tcpip { net = lan, dhcp = true }
www  = httpd { stack = ip, content = "site" }
echo = netecho { net = side, address = "10.0.3.77" }
END
symlink "$Guest::root/configs/site", dirname($config) . '/site' or die $!;
my $image = $xen->build($config);
my ($status, $said) = $xen->create($image);
is($status, 0, 'created') or diag($said);
ok($xen->wait_console($image, qr/^ip: address [\d.]+ by DHCP$/m, 20),
	'DHCP gives it an address') or diag($xen->console($image));
my ($address) = $xen->console($image) =~ /^ip: address ([\d.]+)/m;
my $port = $xen->forward($address, 80);
my $page = Guest::slurp("$Guest::root/configs/site/index.html");
is(`curl -s --max-time 20 http://127.0.0.1:$port/`, $page,
	'the first interface serves the page');

my $right = grep { $_ eq $page } map {
	scalar `curl -s --max-time 20 http://127.0.0.1:$port/` } 1 .. 20;
is($right, 20, 'twenty times');
like(($xen->dom0('ifconfig xenbr1 10.0.3.1; ' .
	'arping -c 3 -I xenbr1 10.0.3.77'))[1],
	qr/^Unicast reply from 10\.0\.3\.77 \[00:16:3e:00:00:02\]/mi,
	'the second answers at the address that it was given');
ok($xen->shutdown($image, 20), 'it ends when the host wishes');
like($xen->console($image), Machine::lines(
	'side: [1-9]\d* frames received, [1-9]\d* sent, 0 dropped, 0 errors',
	'lan: \d+ frames received, \d+ sent, 0 dropped, 0 errors', 'exit 0'),
	'and both have lost nothing');
done_testing();
