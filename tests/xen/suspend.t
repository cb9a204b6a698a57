#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# xl save and xl restore: a guest goes on where it stood, its network alive; a
# checkpoint leaves it running.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib';
use Xen;

my $xen = Xen->host;
my $port = $xen->forward('10.0.2.15', 80);
my $page = Guest::slurp('configs/site/index.html');

# The page, as soon as it comes.
sub fetch {
	my $end = time + 30;
	my $found = '';
	until ($found eq $page || time > $end) {
		$found = `curl -s --max-time 2 http://127.0.0.1:$port/`;
		select undef, undef, undef, 0.1;
	}
	return $found;
}

for my $guest (qw(pvh pv)) {
	my $web = $xen->build('configs/web-xen.lua', '--set', "guest=$guest");
	my $file = "/tmp/$guest.save";
	my $does = sub {
		my ($command, $claim) = @_;
		my ($status, $text) = $xen->dom0($command, 60);
		is($status, 0, "$guest: $claim") or diag($text);
	};
	$xen->create($web);
	is(fetch(), $page, "$guest: before");
	$does->("xl save $web->{name} $file", 'it is saved');
	is($xen->state($web), '', "$guest: it is gone");
	my (undef, $said) = $xen->dom0("xl restore $file", 60);
	is(fetch(), $page, "$guest: restored, its network is alive") or
	    diag($said);
	$does->("xl save -c $web->{name} $file", 'a checkpoint is taken');
	is(fetch(), $page, "$guest: it runs on");
	# xl itself looks after a domain no more that has been suspended.
	$xen->dom0("xl shutdown $web->{name}");
	ok($xen->wait_console($web, qr/^exit 0$/m, 20),
		"$guest: it ends when the host wishes") or
	    diag($xen->console($web));
	$xen->destroy($web);
	$xen->dom0("rm -f $file");
}
done_testing();
