#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A backend that never gets ready, that says nonsense or that is taken away:
# the machine says what is wrong in one line, in time, and can be ended.
use strict;
use warnings;
use File::Basename;
use Test::More;

use lib dirname(__FILE__) . '/../lib', dirname(__FILE__);
use Machine;
use Xen;

my $xen = Xen->host;
my $image = $xen->build(Machine::config('nic', 'xen.pvh', 4, <<'END'));
nic  = netfront { timeout = 3 * second }
echo = netecho { net = nic }
END

# The machine is created paused; dom0 runs commands with $id and lets it go.
sub run {
	my ($commands) = @_;
	$xen->{domains}{nic} = 1;
	unlink "$xen->{share}/console/guest-nic.log";
	my ($status, $said) = $xen->dom0("cd /host/$image->{folder} && " .
		'xl create -p nic.xl && id=$(xl domid nic) && ' .
		'front=/local/domain/$id/device/vif/0 && ' .
		'back=/local/domain/0/backend/vif/$id/0 && ' .
		"$commands && xl unpause nic", 60);
	is($status, 0, 'created') or diag($said);
}

sub leaves_with {
	my ($name, $line) = @_;
	ok($xen->wait_gone($image, 20), "$name: it leaves in time") or
	    diag(($xen->dom0('xl list; xenstore-ls /local/domain/' .
		($xen->id($image) // 0) . '/device; xenstore-ls ' .
		'/local/domain/0/backend'))[1]);
	like($xen->console($image), Machine::lines($line,
		'nic: could not start: .*', 'exit 126'), "$name: and says why");
}

run('xenstore-write $back/state 1');
leaves_with('never ready', 'nic: the backend /local/domain/0/backend/vif/' .
	'\d+/0 has not connected in 3000 ms; it is initialising');
run('xenstore-rm $front/backend');
leaves_with('none', 'nic: expected a Xen network interface in device/vif/0, ' .
	'found none');
run('xenstore-write $front/backend-id "0 or so"');
leaves_with('nonsense', 'nic: device/vif/0/backend-id is not a number as ' .
	'expected: "0 or so"');
run('xenstore-write $front/mac 00:16:3e');
leaves_with('a wrong address', 'nic: device/vif/0/mac is not an address: ' .
	'"00:16:3e"');
run('xenstore-write $back/feature-rx-copy 0');
leaves_with('no copying', 'nic: the backend cannot copy frames');

# Ended while it waits for what does not come.
run('xenstore-write $back/state 1 ' .
	'/local/domain/$id/control/shutdown poweroff');
ok($xen->wait_gone($image, 10), 'waiting for its backend: it can be ended');
like($xen->console($image), Machine::lines(
	'xenstore: the host asks for: poweroff', 'exit 0'), 'and says so');

# Taken away while it runs, in the host's own way and in none.
sub loses_it {
	my ($name, $command) = @_;
	run('true');
	ok($xen->wait_console($image, qr/^nic code/, 10), "$name: it runs");
	my ($status, $said) = $xen->dom0('sleep 1; id=$(xl domid nic); ' .
		$command, 30);
	ok($xen->wait_console($image,
		qr/^nic: the backend has closed; stopped$/m, 15),
		"$name: it says so") or diag($said, $xen->console($image));
	is($xen->state($image) =~ /[rb]/ ? 1 : 0, 1, "$name: and goes on");
	ok($xen->shutdown($image, 20), "$name: and can be ended") or
	    diag($xen->console($image));
}

loses_it('detached', 'xl network-detach nic 0');
loses_it('removed', 'xenstore-rm /local/domain/0/backend/vif/$id');
loses_it('nonsense in its state',
	'xenstore-write /local/domain/0/backend/vif/$id/0/state 44');
done_testing();
