#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A domain's file that gives another machine than the image needs: the host
# refuses it, or the guest says in one line what is wrong and leaves by itself;
# check-host has named the same field before. One device too many is named, and
# does no harm: the guest ends when the host wishes.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__);
use Xen;
use Machine;

my $xen = Xen->host;
my $disk = $xen->disk('disk.img', 1 << 20);
my $small = $xen->disk('small.img', 1 << 16);

my $instances = "nic = netfront {}\necho = netecho { net = nic }\n" .
    "disk = blkfront { target = \"$disk\", sectors = 2048 }\n" .
    'check = diskcheck { disk = disk }';

# The image's file after a change, with the kernel's whole path; the status of
# xl create, and what check-host finds.
sub create {
	my ($image, $change) = @_;
	local $_ = Guest::slurp("$image->{path}/$image->{name}.xl");
	$change->();
	my $path = "$image->{path}/changed.xl";
	open my $file, '>', $path or die "$path: $!";
	print $file $_;
	close $file or die "$path: $!";
	my (undef, $found) = Guest::unicc('check-host', $path,
		"$image->{path}/$image->{name}.elf");
	s{kernel = "}{kernel = "/host/$image->{folder}/};
	my ($status, $said) = $xen->create_file($image->{name}, $_);
	return ($status, $said, $found);
}

sub host_refuses {
	my ($name, $image, $change, $field, $text) = @_;
	my ($status, $said, $found) = create($image, $change);
	isnt($status, 0, "$name: the host refuses it");
	like($said, $text, "$name: in its words");
	like($found, qr/error E0707: \Q$field\E: /, "$name: so does check-host");
	$xen->destroy($image);
}

sub guest_refuses {
	my ($name, $image, $change, $field, $text) = @_;
	my ($status, $said, $found) = create($image, $change);
	is($status, 0, "$name: created") or diag($said);
	ok($xen->wait_gone($image, 30), "$name: the guest leaves by itself");
	like($xen->console($image), qr/^\Q$text\E\n(.*\n)*exit 126\n\z/m,
		"$name: and says why");
	like($found, qr/error E0707: \Q$field\E: /,
		"$name: check-host has said so");
	$xen->destroy($image);
}

# Both kinds differ in how a domain is built and where a device is looked for.
sub check_kind {
	my ($guest, $other, $image) = @_;
	guest_refuses("$guest, no vif", $image, sub { s/^vif.*?^\]//ms },
		'vif[0]', 'nic: expected a Xen network interface in ' .
		'device/vif/0, found none');
	host_refuses("$guest, the other kind", $image,
		sub { s/"$guest"/"$other"/ }, 'type', qr/Invalid kernel/);
	host_refuses("$guest, too little memory", $image,
		sub { s/memory = 8/memory = 1/ }, 'memory',
		qr/not enough memory|too large/);

	my ($status, $said, $found) = create($image,
		sub { s/^(vif = \[.*?)^\]/$1 "bridge=xenbr1",\n]/ms });
	is($status, 0, "$guest, two vifs: created") or diag($said);
	like($found, qr/E0707: vif\[1\]: /, "$guest, two vifs: check-host");
	ok($xen->wait_console($image, qr/^nic: found one more Xen network interface in device\/vif\/1, which this image has no driver for$/m, 20),
		"$guest, two vifs: the second is named") or
	    diag($said, $xen->console($image));
	ok($xen->shutdown($image, 20),
		"$guest, two vifs: it ends when the host wishes");
}

sub check_devices {
	my ($image) = @_;
	guest_refuses('no disk', $image, sub { s/^disk.*?^\]//ms },
		'disk[0]', 'disk: expected a Xen disk in device/vbd/51712, ' .
		'found none');
	guest_refuses('the disk elsewhere', $image, sub { s/xvda/xvdc/ },
		'disk[0].vdev', 'disk: expected a Xen disk in ' .
		'device/vbd/51712, found none');
	guest_refuses('a small disk', $image, sub { s/\Q$disk\E/$small/ },
		'disk[0].target', 'disk: the disk has 128 sectors, and must ' .
		'have 2048');
	host_refuses('another bridge', $image, sub { s/xenbr0/nobridge/ },
		'vif[0].bridge',
		qr/there is no bridge nobridge|bridge nobridge: No such device/);
	host_refuses('no such disk', $image, sub { s/\Q$disk\E/$disk-none/ },
		'disk[0].target', qr/failed to stat: \Q$disk-none\E/);
	host_refuses('no kernel', $image,
		sub { s/(kernel = ".*)\.elf/$1.elg/ }, 'kernel',
		qr/could not open|No such file/i);
}

my %image = map { $_ => $xen->build(Machine::config("bad-$_", "xen.$_", 8,
	$instances)) } qw(pvh pv);
check_kind('pvh', 'pv', $image{pvh});
check_kind('pv', 'pvh', $image{pv});
check_devices($image{pvh});
done_testing();
