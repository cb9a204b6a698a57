#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# unicc run boots an image on a real Xen of its own: console, exit status, port,
# disk, and where a panic came from.
use strict;
use warnings;
use File::Basename;
use File::Temp qw(tempdir);
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__);
use Guest;
use Machine;

my $folder = tempdir(CLEANUP => 1);

sub run {
	my ($name, $instances) = @_;
	return Guest::unicc('run', Machine::config($name, 'xen.pvh', 8,
		$instances), '-o', "$folder/$name");
}

my ($status, $said) = run('panic', 'sinner = fault { kind = "panic" }');
is($status, 6, 'a guest that panics is lost');
like($said, qr/error E0702: sinner: it panicked: told to\n *\S*fault\.c:\d+: in /,
	'and where it did is told') or diag($said);

my $instances = "disk = blkfront { target = \"$folder/disk.img\" }\n" .
    'check = diskcheck { disk = disk }';
($status, $said) = run('disk', $instances);
is($status, 3, 'a disk that is not there cannot be run with');
like($said, qr/error E0701: disk: its target .*: No such file/,
	'and is named') or diag($said);
truncate_to("$folder/disk.img", 1 << 20);
($status, $said) = run('disk', $instances);
is($status, 0, 'with the disk it runs') or diag($said);
like($said, qr/^check: 2048 sectors verified$/m, 'and writes it');
like(Guest::slurp("$folder/disk.img"), qr/[^\0]/, 'which is to be seen here');

my $port = Guest::free_port();
my $web = Guest->start(config => 'configs/web-xen.lua',
	ports => { $port => 80 }, arguments => ['-o', "$folder/web"]);
ok($web->wait_http($port, 90), 'the web server answers at the port') or
    diag($web->console);
is(`curl -s http://127.0.0.1:$port/`, Guest::slurp('configs/site/index.html'),
	'with its page');
$web->stop;

sub truncate_to {
	my ($path, $bytes) = @_;
	open my $file, '>', $path or die "$path: $!";
	truncate $file, $bytes or die "$path: $!";
	close $file;
}
done_testing();
