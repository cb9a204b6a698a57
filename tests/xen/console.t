#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A console that nobody reads loses text, and neither stops nor holds a guest.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__) . '/../boot/modules';
use Boot;
use Xen;

my $xen = Xen->host;
my $image = $xen->build(Boot::machine('guest = talker {}',
	name => 'talk', platform => 'xen.pvh'));
$xen->create($image);
ok($xen->wait_console($image, qr/^exit 0$/m, 20),
	'all is said to one who reads');
is(() = $xen->console($image) =~ /^guest: line \d+ of/mg, 200,
	'no line is lost');
$xen->wait_gone($image, 20);

$xen->create($image, '-p', 'on_poweroff="preserve"');
$xen->dom0("killall -STOP xenconsoled; xl unpause $image->{name}");
my ($status) = $xen->dom0("until xl list $image->{name} | " .
	"grep -q -- '---s'; do sleep 0.2; done", 20);
is($status, 0, 'it ends though nobody reads');
$xen->dom0('killall -CONT xenconsoled');
ok($xen->wait_console($image, qr/^guest: line 0 of/m, 20),
	'what has fitted is read later');
unlike($xen->console($image), qr/^exit/m, 'the rest is lost');
done_testing();
