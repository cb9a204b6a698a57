#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What the host may want of a running machine: that it reboots, that it is
# saved and restored or called back, and that it ends. Its network is alive
# after each.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__);
use Machine;
use Xen;

my $xen = Xen->host;
my $web = $xen->build('configs/web-xen.lua');
my $port = $xen->forward('10.0.2.15', 80);

sub serves {
	my ($when) = @_;
	is(`curl -s -o /dev/null -w '%{http_code}' --retry 20 --retry-all-errors \\
		--retry-delay 1 --max-time 30 http://127.0.0.1:$port/`, 200,
		"it serves $when") or diag($xen->console($web));
}

# xl reboots it from another folder.
my ($status, $said) = $xen->create($web,
	"kernel='/host/$web->{folder}/web-xen.elf'");
is($status, 0, 'created') or diag($said);
serves('at first');
my $first = $xen->id($web);

is(($xen->dom0('xl reboot web-xen'))[0], 0, 'told to reboot');
ok($xen->wait_console($web, qr/: reboot\n.*^exit 0$/ms, 20),
	'it ends in order') or diag($xen->console($web));
serves('after a reboot');
isnt($xen->id($web), $first, 'in a new domain');

($status, $said) = $xen->dom0('xl save web-xen /tmp/saved', 60);
is($status, 0, 'saved') or diag($said);
is($xen->id($web), undef, 'it is gone');
($status, $said) = $xen->dom0('xl restore /tmp/saved', 60);
is($status, 0, 'restored') or diag($said);
serves('after being restored');

($status, $said) = $xen->dom0('xl save -c web-xen /tmp/saved; s=$?; ' .
	'rm /tmp/saved; exit $s', 60);
is($status, 0, 'saved and left running') or diag($said);
serves('after that');
like($xen->console($web), qr/^xenstore: the suspension was called off$/m,
	'it knows that it has never been away');

# The xl that would clear up after it has left when it was saved.
$xen->dom0('xl shutdown web-xen');
ok($xen->wait_console($web, Machine::lines(
	'xenstore: the host asks for: poweroff', 'nic: .* 0 errors', 'exit 0'),
	20), 'it ends in order when the host wishes') or
    diag($xen->console($web));
done_testing();
