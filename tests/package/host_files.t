#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What the hosts of an image are given: libvirt's file is what its schema
# allows, and unicc package writes each file again, byte for byte.
use strict;
use warnings;
use File::Basename;
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Test::More;

use lib dirname(__FILE__) . '/../lib';
use Files 'write_file';
use Guest;

my $folder = tempdir(CLEANUP => 1);
make_path("$folder/site");
system('cp', '-R', "$Guest::root/tests/xen/modules/diskcheck", $folder) == 0
    or die "no diskcheck";

write_file("$folder/site/index.html", "page\n");
write_file("$folder/t.lua", <<'LUA');
on = option { choice = { "pv", "pvh", "qemu" }, default = "pvh" }
image {
  name = "t", memory = 8 * MiB,
  platform = on == "qemu" and "qemu.microvm" or "xen." .. on,
}
net0 = on == "qemu" and virtio_net {} or netfront { bridge = "lan" }
ip   = tcpip { net = net0, address = "10.0.2.15/24" }
www  = httpd { stack = ip, content = "site" }
if on ~= "qemu" then
  a   = blkfront { target = "/dev/vg/a" }
  b   = blkfront { target = "/srv/b.img", access = "ro" }
  one = diskcheck { disk = a }
  two = diskcheck { disk = b }
end
LUA
for my $on (qw(pv pvh)) {
	my ($status, $said) = Guest::unicc("$folder/t.lua", '-o',
		"$folder/$on", '--set', "on=$on");
	is($status, 0, "$on: built") or diag($said);
	is(`xmllint --noout --relaxng /usr/share/libvirt/schemas/domain.rng $folder/$on/t.libvirt.xml 2>&1`,
		"$folder/$on/t.libvirt.xml validates\n",
		"$on: libvirt's schema allows its file");
	ok(!-e "$folder/$on/t.qemu", "$on: it has no command for QEMU");
}
my $pvh = Guest::slurp("$folder/pvh/t.libvirt.xml");
my $pv = Guest::slurp("$folder/pv/t.libvirt.xml");
like($pvh, qr{machine='xenpvh'>xenpvh<}, 'a PVH guest');
like($pv, qr{machine='xenpv'>linux<}, 'a PV guest');
is(scalar(() = $pvh =~ /<readonly/g), 1, 'one of the disks is read only');
my ($mac) = $pvh =~ /mac address='(.*?)'/;
like(Guest::slurp("$folder/pvh/t.xl"), qr/mac=$mac,bridge=lan/,
	'both files give the interface one address');

for my $file (qw(t.xl t.libvirt.xml)) {
	my $kind = $file =~ /xml/ ? 'libvirt' : 'xl';
	my $first = Guest::slurp("$folder/pvh/$file");
	write_file("$folder/pvh/$file", "changed\n");
	my ($status, $said) = Guest::unicc('package', "$folder/pvh/t.elf",
		'--for', $kind);
	is("$status $said", "0 $folder/pvh/$file\n", "$file is written again");
	is(Guest::slurp("$folder/pvh/$file"), $first, 'and is the same');
	($status, $said) = Guest::unicc('package', "$folder/pvh", '--for',
		$kind, '-o', "$folder/new/$kind");
	is(Guest::slurp("$folder/new/$kind/$file"), $first,
		'in another folder too');
}
my ($status, $said) = Guest::unicc('package', "$folder/pvh", '--for', 'qemu');
is($status, 1, 'a file that the image does not have is refused');
like($said, qr/error E0704: --for qemu: .* it has one for xl, libvirt$/m,
	'and those that it has are named');
done_testing();
