#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# unicc run boots an image on a real Xen of its own: console, exit status, port.
use strict;
use warnings;
use File::Basename;
use File::Temp qw(tempdir);
use Test::More;

use lib dirname(__FILE__) . '/../lib';
use Guest;

my $folder = tempdir(CLEANUP => 1);
my ($status, $said) = Guest::unicc('run', 'configs/hello-xen.lua',
	'-o', "$folder/hello");
is($status, 0, 'hello ends well') or diag($said);
like($said, qr/^unicc: booting a Xen host.*^Hello, world\nexit 0$/ms,
	'its console is shown');

my $port = Guest::free_port();
my $web = Guest->start(config => 'configs/web-xen.lua',
	ports => { $port => 80 }, arguments => ['-o', "$folder/web"]);
ok($web->wait_http($port, 90), 'the web server answers at the port') or
    diag($web->console);
is(`curl -s http://127.0.0.1:$port/`, Guest::slurp('configs/site/index.html'),
	'with its page');
$web->stop;
done_testing();
