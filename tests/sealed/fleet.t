#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# unicc fleet: each row is what unicc seal makes of it; an interrupted or full
# run goes on and ends as one that was not; a table with a bad row writes
# nothing.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Files qw(tree);
use Guest;
use JSON::PP;
use POSIX ();
use Test::More;

my $folder = tempdir(CLEANUP => 1);
my $unicc = "$Guest::root/unicc";

sub write_file {
	my ($name, $bytes) = @_;
	return Files::write_file("$folder/$name", $bytes);
}

sub same_tree {
	my ($first, $second, $name) = @_;
	Files::same_tree("$folder/$first", "$folder/$second", $name);
}

mkdir "$folder/site";
write_file('site/index.html', "a page\n");
my $config = write_file('web.lua', <<'LUA');
image { name = "web", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net { mac = sealed() }
ip  = tcpip { net = nic, address = sealed(), gateway = sealed("10.0.0.1"),
  hostname = sealed("none") }
www = httpd { stack = ip, content = "site" }
LUA
my ($status, $said) = Guest::unicc($config, '-o', "$folder/web");
is($status, 0, 'the image is built') or BAIL_OUT($said);

my $rows_count = 300;
my @rows = map { [
	"web$_", sprintf('10.0.%d.%d/8', $_ >> 8, $_ & 255 || 1),
	sprintf('52:54:00:00:%02x:%02x', $_ >> 8, $_ & 255),
	$_ % 3 ? "host, \"$_\"" : '',
    ] } 2 .. $rows_count + 1;
$rows[254][1] = '10.0.77.1/8';	# 10.0.1.0 is no machine's in no table
sub cell { my ($text) = @_; $text =~ s/"/""/g; return "\"$text\"" }
my $table = write_file('table.csv', join '',
	map { "$_\r\n" } 'name,ip.address,nic.mac,ip.hostname',
	map { join ',', map { /[,"]/ ? cell($_) : $_ } @$_ } @rows);
sub fleet {
	my ($out, $from, @more) = @_;
	return Guest::unicc('fleet', "$folder/web", $from, '-o',
		"$folder/$out", @more);
}

# ---- What is made -------------------------------------------------------------

($status, $said) = fleet('fleet', $table);
is($status, 0, 'a fleet is made') or BAIL_OUT($said);
like($said, qr/300 machines of web, code \w{16}: 300 written, 0 were there/,
     'and summed up');
for my $row (@rows[0, 1, 64, 299]) {
	my ($name, $address, $mac, $host) = @$row;
	($status, $said) = Guest::unicc('seal', "$folder/web", '--set',
		"ip.address=$address", '--set', "nic.mac=$mac",
		$host eq '' ? () : ('--set', "ip.hostname=$host"), '--name',
		$name, '-o', "$folder/seal/$name");
	is($status, 0, "$name is sealed") or diag($said);
	same_tree("fleet/$name", "seal/$name", $name);
}
($status, $said) = Guest::unicc('verify', "$folder/fleet/web77");
is($status, 0, 'an instance verifies') or diag($said);
my @index = map { decode_json($_) } split /\n/,
    Guest::slurp("$folder/fleet/index.jsonl");
is_deeply([map { $_->{name} } @index], [map { $_->[0] } @rows],
	  'the index has the rows in order');
is_deeply([map { $_->{sealed}{'ip.address'} } @index], [map { $_->[1] } @rows],
	  'with their values');
my $manifest = decode_json(
	Guest::slurp("$folder/fleet/web9/web9.manifest.json"));
is_deeply([@{ $index[7] }{qw(name code_root instance_root manifest_root)}],
	  ['web9', @{ $manifest->{fingerprint} }{qw(code_root instance_root)},
		$manifest->{root}{sha256}], 'and their roots');
my %inodes = map { (stat $_)[1] => 1 } "$folder/fleet/web.debug",
    glob "$folder/fleet/*/*.debug";
is(scalar keys %inodes, 1, 'what is the same is there once');

write_file('table.lua', "local rows = {}\n" . join('', map {
	"rows[#rows + 1] = { name = \"$_->[0]\", [\"ip.address\"] = " .
	"\"$_->[1]\", [\"nic.mac\"] = \"$_->[2]\"" . ($_->[3] eq '' ? ''
	    : ", [\"ip.hostname\"] = '$_->[3]'") . " }\n" } @rows) .
	"return rows\n");
($status, $said) = fleet('lua', "$folder/table.lua");
is($status, 0, 'a table in Lua') or diag($said);
same_tree('lua', 'fleet', 'it makes the same fleet');

# ---- Going on --------------------------------------------------------------------

($status, $said) = fleet('fleet', $table);
like($said, qr/: 0 written, 300 were there/, 'made again, nothing is written');
unlink "$folder/fleet/web50/web50.elf", "$folder/fleet/index.jsonl";
write_file('fleet/web51/web51.qemu', 'mine');
($status, $said) = fleet('fleet', $table);
like($said, qr/: 2 written, 298 were there/, 'what is missing or other is');
same_tree('fleet', 'lua', 'it is whole again');

for my $try (1 .. 3) {
	my $pid = fork() // die $!;
	if ($pid == 0) {
		open STDERR, '>', '/dev/null';
		exec $unicc, 'fleet', "$folder/web", $table, '-o',
		    "$folder/killed" or POSIX::_exit(127);
	}
	select undef, undef, undef, 0.05 + 0.1 * $try;
	kill $try == 1 ? 'KILL' : $try == 2 ? 'TERM' : 'INT', $pid;
	waitpid $pid, 0;
}
($status, $said) = fleet('killed', $table);
is($status, 0, 'killed three times, it goes on') or diag($said);
same_tree('killed', 'fleet', 'to the same end');

# A process that seals is killed, and not its parent.
my $pid = fork() // die $!;
if ($pid == 0) {
	open STDERR, '>', "$folder/said" or POSIX::_exit(126);
	exec $unicc, 'fleet', "$folder/web", $table, '-o', "$folder/orphaned"
	    or POSIX::_exit(127);
}
my $worker;
for (1 .. 5000) {
	select undef, undef, undef, 0.002;
	next if !-e "$folder/orphaned/index.jsonl.unfinished";
	($worker) = Guest::slurp("/proc/$pid/task/$pid/children") =~ /(\d+)/;
	last if defined $worker;
}
kill 'KILL', $worker // die 'no process seals';
waitpid $pid, 0;
is($? >> 8, 3, 'a process is killed: status 3');
like(Guest::slurp("$folder/said"), qr/^unicc: the process for rows \d+ to \d+ was ended by signal 9\n(?s:.*)unicc: \d+ of 300 machines are in/m,
     'is told');
is(join(' ', glob "$folder/orphaned/*unfinished*"), '', 'it leaves nothing');
mkdir "$folder/orphaned/of-another-table.unfinished";
write_file('orphaned/of-another-table.unfinished/a.elf', '');
($status, $said) = fleet('orphaned', $table);
is($status, 0, 'it goes on') or diag($said);
same_tree('orphaned', 'fleet', 'and removes what others have left');

# Links lead to what is no fleet's: where a folder or file is on its way, in place
# of one, and in place of a machine's folder, which is refused.
mkdir "$folder/$_" for 'mine', 'linked', 'linked/web51', 'linked/web52';
write_file('mine/keep', 'mine');
write_file('mine/index', 'mine');
write_file('mine/same', Guest::slurp("$folder/fleet/web52/web52.elf"));
chmod 0640, "$folder/mine/same";
symlink "$folder/mine", "$folder/linked/web50.unfinished";
symlink "$folder/mine/index", "$folder/linked/index.jsonl.unfinished";
symlink "$folder/mine/keep", "$folder/linked/web51/web51.elf";
symlink "$folder/mine/keep", "$folder/linked/web51/web51.debug";
symlink "$folder/mine/keep", "$folder/linked/web.debug";
symlink "$folder/mine/same", "$folder/linked/web52/web52.elf";
symlink "$folder/mine", "$folder/linked/web53";
($status, $said) = fleet('linked', $table);
is($status, 3, 'a link in place of a machine is refused');
like($said, qr/^\Q$folder\E\/linked\/web53: error E0605: it is a link; .*\n +fix: remove it\n/,
     'with its name');
unlink "$folder/linked/web53";
($status, $said) = fleet('linked', $table);
is($status, 0, 'other links are replaced') or diag($said);
is_deeply(tree("$folder/mine"), { '/keep' => 'mine', '/index' => 'mine',
	'/same' => Guest::slurp("$folder/fleet/web52/web52.elf") },
	'and nothing behind them changes');
is((stat "$folder/mine/same")[2] & 0777, 0640, 'nor its mode');
ok(!(grep { -l } glob "$folder/linked/* $folder/linked/web5*/*"),
   'none is left');
same_tree('linked', 'fleet', 'the fleet is whole');
is((stat "$folder/linked/web.debug")[2] & 0222, 0,
   'what all machines share cannot be written');

# A disk of two mebibytes, in a namespace of mounts of its own, then a larger.
mkdir "$folder/disk";
my $script = write_file('disk.sh', <<"SH");
set -u
mount -t tmpfs -o size=6m none $folder/disk || exit 99
$unicc fleet $folder/web $table -o $folder/disk/fleet >$folder/full 2>&1
echo \$? >>$folder/full
ls $folder/disk/fleet >$folder/full.names
ls $folder/disk/fleet/*/*.elf | wc -l >>$folder/full
mount -o remount,size=200m $folder/disk || exit 99
$unicc fleet $folder/web $table -o $folder/disk/fleet >$folder/more 2>&1
echo \$? >>$folder/more
cp -a $folder/disk/fleet $folder/full-fleet
SH
system 'unshare', ($> == 0 ? '-m' : '-rm'), 'sh', $script;
is($? >> 8, 0, 'a small disk can be had') or BAIL_OUT('no tmpfs');
my $full = Guest::slurp("$folder/full");
like($full, qr/E0605: No space left on device\n    fix: free some space/,
     'a full disk is told');
my ($left, $found, $count) = $full =~
    /^unicc: (\d+) of 300 machines are in \S+; the same command goes on from there\n(\d+)\n(\d+)\n\z/m;
is($found, 3, 'with status 3');
cmp_ok($count // 0, '>=', $left // 1000, 'and how many are there');
cmp_ok($count // 0, '<', 300, 'which are not all');
unlike(Guest::slurp("$folder/full.names"), qr/unfinished|index/,
       'nothing is left half-written');
like(Guest::slurp("$folder/more"), qr/: \d+ written, [1-9]\d* were there\n0\n\z/,
     'with more room it goes on');
same_tree('full-fleet', 'fleet', 'to the same end too');

# ---- What is in the folder, and in the code ---------------------------------------

my $few = write_file('few.csv', join '', map { "$_\n" } 'name,ip.address,nic.mac',
	map { join ',', @$_[0 .. 2] } @rows[0 .. 296]);
my $before = tree("$folder/linked");
mkdir "$folder/linked/notes";
($status, $said) = fleet('linked', $few);
is($status, 4, 'machines that the table names no more: status 4');
is($said, join('', map { "$folder/linked/web$_: error E0807: $few names no such " .
	"machine\n    fix: remove it\n" } 299, 300, 301), 'are told');
is_deeply(tree("$folder/linked"), $before, 'and nothing is written');
system 'rm', '-r', map { "$folder/linked/web$_" } 299, 300, 301;
($status, $said) = fleet('linked', $few);
is($status, 0, 'without them it is made') or diag($said);

write_file('frozen.lua', Guest::slurp($config) =~
	s/address = sealed\(\)/address = "10.0.2.15\/8"/r);
Guest::unicc("$folder/frozen.lua", '-o', "$folder/frozen");
write_file('frozen.csv', "name,nic.mac\na,52:54:00:00:00:01\nb,52:54:00:00:00:02\n");
my @frozen = ('fleet', "$folder/frozen", "$folder/frozen.csv", '-o',
	"$folder/of-frozen");
($status, $said) = Guest::unicc(@frozen);
is($status, 1, 'an address of the code: status 1');
is($said, "$folder/frozen.csv: error E0806: ip.address: 10.0.2.15/8 is frozen into " .
	"the code, so all of its 2 machines have it\n    fix: write address = " .
	"sealed() in the configuration, build it again, and add a column\n",
	'is told');
ok(!-e "$folder/of-frozen", 'and nothing is written');
write_file('frozen.csv', "name,nic.mac\na,52:54:00:00:00:01\n");
($status, $said) = Guest::unicc(@frozen);
is($status, 0, 'one machine may have it') or diag($said);

# ---- Secrets ------------------------------------------------------------------------

symlink "$Bin/every", "$folder/every" or die "symlink: $!";
write_file('every.lua', Guest::slurp("$Bin/every.lua") =~
	s/  loud/  key = sealed(), loud/r);
Guest::unicc("$folder/every.lua", '-o', "$folder/built");
write_file("$_.key", "key of $_") for qw(a b);
write_file('keys.csv', "name,one.key\na,a.key\nb,b.key\n");
($status, $said) = Guest::unicc('fleet', "$folder/built", "$folder/keys.csv",
	'--modules', $folder, '-o', "$folder/keys");
is($status, 0, 'secrets come from files beside the table') or diag($said);
my $keys = tree("$folder/keys");
is_deeply([sort grep { $keys->{$_} =~ /key of a/ } keys %$keys], ['/a/a.elf'],
	  'and go into one image each');
chmod 0644, "$folder/keys/a/a.elf";
Guest::unicc('fleet', "$folder/built", "$folder/keys.csv", '--modules', $folder,
	'-o', "$folder/keys");
is((stat "$folder/keys/a/a.elf")[2] & 077, 0, 'which others cannot read again');

# ---- What is refused ------------------------------------------------------------------

sub refused {
	my ($name, $text, @patterns) = @_;
	my $out = "refused-$name" =~ s/\W+/-/gr;
	my $from = write_file("$out." . ($text =~ /return/ ? 'lua' : 'csv'), $text);
	my ($found, $what) = fleet($out, $from);
	is($found, 1, "$name: status 1");
	like($what, $_, "$name: what is said") for @patterns;
	ok(!-e "$folder/$out", "$name: nothing is written");
}

my $head = "name,ip.address,nic.mac\n";
my $good = "a,10.0.0.2/8,52:54:00:00:00:01\n";
refused('the same name', $head . $good . "a,10.0.0.3/8,52:54:00:00:00:02\n",
	qr/csv:3: error E0806: a: the name is taken\n +\S+csv:2: by a\n/);
refused('the same address', $head . $good . "b,10.0.0.2/9,52:54:00:00:00:02\n",
	qr/csv:3: error E0806: b: ip\.address 10\.0\.0\.2 is taken\n +\S+csv:2: by a\n/);
refused('the same MAC', $head . $good . "b,10.0.0.3/8,52:54:00:00:00:01\n",
	qr/csv:3: error E0806: b: nic\.mac 52:54:00:00:00:01 is taken\n +\S+csv:2: by a\n/);
refused('every bad row', $head . $good . "B,10.0.0.3/8,52:54:00:00:00:02\n" .
	"c,10.0.0.400/8,52:54:00:00:00:03\n" . "d,10.0.0.4/8,53:54:00:00:00:04\n" .
	"e,10.0.0.5/8,52:54:00:00:00:05\n" x 2,
	qr/csv:3:1: error E0805/, qr/csv:4:3: error E0202/,
	qr/csv:5:14: error E0405/, qr/csv:7: error E0806/);
refused('many bad rows', $head . join('', map { "m$_,x,y\n" } 1 .. 200),
	qr/^\S+csv:2:4: error E0202/, qr/^\S+csv:201:6: error E0202/m);
refused('no table', "name\0\n", qr/E0805: a zero byte/);
refused('an open quote', $head . "a,\"10.0.0.2/8,\n", qr/csv:2:3: error E0805/);
refused('a frozen column', "name,ip.mss\na,1\n", qr/csv:1:6: error E0802/);
refused('Lua that is wrong', "return { { name = 'a' } } +", qr/E0102/);
refused('Lua without end', "while true do end return {}", qr/E0109/);
refused('Lua rows', 'return { { name = "a", ["ip.address"] = "10.0.0.2/8", ' .
	"[\"nic.mac\"] = \"52:54:00:00:00:01\" },\n" .
	'{ name = "a", ["ip.address"] = "10.0.0.3/8", ["nic.mac"] = true } }',
	qr/lua:2:60: error E0202: nic.mac: found the text "true"/);
done_testing();
