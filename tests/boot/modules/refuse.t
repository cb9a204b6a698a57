#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A machine that is not the one the image was made for is told of by name: too
# little memory, a CPU that lacks something, a slot with another device or none.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use File::Basename qw(dirname);
use Test::More;

my $network = <<'END';
nic = virtio_net {}
ip = tcpip { net = nic, address = "10.0.2.15/24", gateway = "10.0.2.2" }
www = httpd { stack = ip, content = "site" }
END

# What the machine's own QEMU command says after an edit, and its status.
sub boot_edited {
	my ($instances, $edit) = @_;
	my $config = Boot::machine($instances);
	my $folder = dirname($config) . '/build/machine';
	mkdir dirname($config) . '/site';
	open my $page, '>', dirname($config) . '/site/index.html' or die $!;
	print $page "page\n";
	close $page or die $!;
	my ($status, $said) = Guest::unicc($config);
	$status == 0 or BAIL_OUT($said);
	my ($takes_kib) = $said =~ /takes (\d+) of/ or BAIL_OUT($said);
	local $_ = Guest::slurp("$folder/machine.qemu");
	$edit->($takes_kib);
	open my $script, '>', "$folder/edited.qemu" or die $!;
	print $script $_;
	close $script or die $!;
	$said = `timeout 20 sh $folder/edited.qemu 2>&1 </dev/null`;
	return ($? >> 8, $said);
}

# QEMU gives memory in steps of 8 KiB.
for ([0, 'less than its last page'], [-1, 'less than its stack'],
	[-100, 'only the first pages']) {
	my ($steps, $what) = @$_;
	my (undef, $said) = boot_edited('guest = leave {}', sub {
		my $kib = 8 * int(($_[0] - 1) / 8) + 8 * $steps;
		$kib = 1032 if $kib < 1032;
		s/-m \d+K/-m ${kib}K/ or die;
	});
	is($said, "kernel: the machine has less memory than the image takes\n" .
		"exit 126\n", "memory: $what");
}
for my $more (0, 64 * 1024) {
	my (undef, $said) = boot_edited('guest = leave {}', sub {
		my $kib = $_[0] + $more;
		s/-m \d+K/-m ${kib}K/ or die;
	});
	like($said, qr/^exit 0$/m, "memory: $more KiB more than it takes");
}

my ($status, $said) = Boot::boot('guest = hello {}', '--qemu-arg', '-cpu',
	'--qemu-arg', 'max,-nx');
is($status, 0, 'a CPU without NX: hello starts');
like($said, qr/^kernel: no NX: data can be executed$/m, 'and says so');
($status, $said) = Boot::boot('guest = hello {}', '--qemu-arg', '-cpu',
	'--qemu-arg', 'qemu64');
is($status, 0, 'a CPU without RDRAND: hello starts');
like($said, qr/^kernel: no RDRAND/m, 'and says so');
unlike($said, qr/no NX/, 'and nothing that is not so');

(undef, $said) = boot_edited($network, sub { s/-cpu max/-cpu qemu64/ or die });
like($said, qr/^ip: could not start: no source of entropy$/m,
	'a network without entropy does not start');
like($said, qr/^exit 126$/m, 'and the machine leaves');

(undef, $said) = boot_edited($network, sub {
	s/-device virtio-net-device\S* /-device virtio-serial-device /
		or die;
});
like($said, qr/^nic: expected a virtio network device in slot 0, found (none|another device)$/m,
	'another device instead of the network device');
(undef, $said) = boot_edited($network, sub {
	s/virtio-net-device,netdev=nic/virtio-serial-device/ or die;
});
like($said, qr/^nic: expected .* in slot 0, found another device$/m,
	'another device in the slot');
(undef, $said) = boot_edited("rng = virtio_rng {}\nguest = draw { entropy = rng }",
	sub { s/-device virtio-rng-device\S*// or die });
like($said, qr/^rng: expected a virtio entropy device in slot 0, found none$/m,
	'no device in the slot');

# Without isa-debug-exit nobody hears a status; the machine leaves all the same.
($status, $said) = boot_edited('guest = leave { status = 3 }',
	sub { s/-device isa-debug-exit\S*// or die });
is($status, 0, 'no debug exit: QEMU ends');
like($said, qr/^exit 3$/m, 'and the console has the status');

# QEMU notes every access that no driver of this machine should make.
($status, $said) = boot_edited("rng = virtio_rng {}\nnic = virtio_net {}\n" .
	"guest = leave {}\ndrawer = draw { entropy = rng }\n" .
	'echo = netecho { net = nic }',
	sub { s/-display none/$& -d guest_errors/ or die });
like($said, qr/^drawer: draws begin with /m, 'rng, nic, rtc and uart work');
unlike($said, qr/^(?!machine|rng|nic|drawer|guest|echo|exit|qemu)\S/m,
	'and QEMU has nothing to say of them') or diag($said);
done_testing();
