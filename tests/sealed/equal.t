#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What unicc seal makes of an image is, to the byte, what a build of the
# configuration with that value gives: for every type at its extremes, on every
# platform with the files of its hosts, and with a layout of its own.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Guest;
use Test::More;

my $folder = tempdir(CLEANUP => 1);
chdir $folder or die "$folder: $!";
symlink "$Bin/every", 'every' or die "symlink: $!";
mkdir 'site';

sub write_file {
	my ($path, $bytes) = @_;
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $bytes;
	close $file or die "$path: $!";
}
write_file('site/index.html', "a page\n");

# The files of a folder; of audit.json not the lines of the configuration, which
# are in no hash and tell what was built.
sub files {
	my ($path) = @_;
	my %files = map { m{([^/]+)$} ? ($1 => Guest::slurp($_)) : () }
	    grep { -f } glob "$path/*";
	$files{'audit.json'} =~ s/^"config_lines":\[(?:\n"(?:[^"\\]|\\.)*",?)*\]//m;
	return \%files;
}

sub build {
	my ($name, $text) = @_;
	write_file('c.lua', $text);
	my ($status, $said) = Guest::unicc('c.lua', '-o', $name);
	is($status, 0, "$name is built") or diag($said);
}

sub same {
	my ($name, $text, $change, @words) = @_;
	my ($status, $said) = Guest::unicc('seal', 'base', '--modules', '.',
		(map { ('--set', $_) } @words), '-o', 'sealed');
	is($status, 0, "$name: sealed") or diag($said);
	my $before = $text;
	$change->() for $text;
	isnt($text, $before, "$name: another configuration");
	build('built', $text);
	my ($has, $wanted) = (files('sealed'), files('built'));
	is_deeply([sort keys %$has], [sort keys %$wanted], "$name: the files");
	is(join(' ', grep { $has->{$_} ne ($wanted->{$_} // '') }
	    sort keys %$has), '', "$name: their bytes");
	system 'rm', '-rf', 'sealed', 'built';
}

# ---- Every type, at its extremes ---------------------------------------------------

my $every = Guest::slurp("$Bin/every.lua") =~
    s/sealed\("10\.0\.0\.9"\)/sealed("0.0.0.0")/r;
build('base', $every);
my $long = 'x' x 30;
for my $row (
    # As in a configuration, and on a command line if that is other.
    ['loud', 'false'], ['count', '-8'], ['count', '8'], ['count', '0'],
    ['wide', '-9007199254740992'], ['wide', '-1'], ['wide', '0'],
    ['room', '1 * KiB', '1KiB'], ['room', '1 * GiB', '1073741824'],
    ['pause', '0'], ['pause', '1 * hour', '3600second'], ['pause', '1', '1'],
    ['port', '1'], ['port', '65535'], ['colour', '"red"'], ['colour', '"blue"'],
    ['name', '""', ''], ['name', "\"$long\"", $long],
    ['name', '"\\"\\\\=,\\n\\27\\xc3\\xa9"', "\"\\=,\n\e\xc3\xa9"],
    ['peer', '"255.255.255.255"'], ['far', '"::"'],
    ['far', '"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"'],
    ['far', '"::ffff:1.2.3.4"'], ['network', '"0.0.0.0/0"'],
    ['network', '"255.255.255.255/32"'], ['card', '"00:00:00:00:00:00"'],
    ['card', '"ff:ff:ff:ff:ff:ff"', 'FF:FF:FF:FF:FF:FF']) {
	my ($setting, $lua, $text) = @$row;
	my @peer = $setting eq 'peer' ? ('one.network=0.0.0.0/0') : ();
	$text //= $lua =~ s/^"(.*)"$/$1/r;
	same("$setting = " . substr($lua, 0, 24), $every, sub {
		s/\b$setting = sealed\([^)]*\)/$setting = sealed($lua)/;
		s/\bnetwork = sealed\([^)]*\)/network = sealed("0.0.0.0\/0")/
		    if @peer;
	    }, "one.$setting=$text", @peer);
}

# ---- Every platform --------------------------------------------------------------------

my $web = <<'LUA';
image { name = "web", platform = "qemu.microvm", memory = 8 * MiB }
nic = virtio_net { mac = sealed("52:54:00:00:00:01") }
ip  = tcpip { net = nic, address = sealed("10.0.2.15/24"), gateway = sealed("10.0.2.2"),
  hostname = sealed("none") }
www = httpd { stack = ip, content = "site", port = sealed(80) }
LUA
my %other = ('52:54:00:00:00:01' => '52:54:00:ff:ff:ff',
	'10.0.2.15/24' => '10.9.0.5/16', '10.0.2.2' => '10.9.255.254',
	'none' => 'a-host', '(80)' => '(65535)');
for my $platform ('qemu.microvm', 'xen.pvh', 'xen.pv') {
	for my $layout ('', ', layout = "unique", layout_seed = "a seed"') {
		my $text = $web =~ s/qemu\.microvm/$platform/r =~
		    s/ MiB/ MiB$layout/r;
		$text =~ s/virtio_net/netfront/ if $platform =~ /xen/;
		system 'rm', '-rf', 'base';
		build('base', $text);
		ok($platform !~ /xen/ || -e 'base/web.xl', "$platform: its file");
		same($platform . ($layout && ', a layout of its own'), $text, sub {
			for my $old (keys %other) {
				s/\Q$old\E/$other{$old}/;
			}
		    }, 'nic.mac=52:54:00:ff:ff:ff', 'ip.address=10.9.0.5/16',
			'ip.gateway=10.9.255.254', 'ip.hostname=a-host',
			'www.port=65535');
	}
}
done_testing();
