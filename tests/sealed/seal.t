#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# unicc seal: what comes out is, to the byte, what a build with that value
# gives, for every type; it needs no compiler, tells no secret, and writes
# nothing where something is wrong.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Forge;
use Guest;
use JSON::PP;
use Test::More;

my $folder = tempdir(CLEANUP => 1);
symlink "$Bin/every", "$folder/every" or die "symlink: $!";

sub write_file {
	my ($path, $bytes) = @_;
	open my $file, '>:raw', $path or die "$path: $!";
	print $file $bytes;
	close $file or die "$path: $!";
	return $path;
}

# The files directly in a folder, by name.
sub files {
	my ($path) = @_;
	return { map { m{([^/]+)$} ? ($1 => Guest::slurp($_)) : () }
	    grep { -f } glob "$path/*" };
}

# audit.json tells where each value was given: for a build, on its command line.
sub same_files {
	my ($first, $second, $name) = @_;
	my ($has, $wanted) = (files($first), files($second));
	for my $files (grep { defined $_->{'audit.json'} } $has, $wanted) {
		$files->{'audit.json'} =~ s/"origin":"[^"]*"//g;
	}
	is_deeply([sort keys %$has], [sort keys %$wanted], "$name: the files");
	my @differ = grep { $has->{$_} ne ($wanted->{$_} // '') }
	    sort keys %$has;
	is("@differ", '', "$name: their bytes");
}

sub seal {
	return Guest::unicc('seal', @_, '--modules', $folder);
}

my $config = write_file("$folder/every.lua", Guest::slurp("$Bin/every.lua"));
my ($status, $said) = Guest::unicc($config, '-o', "$folder/base");
is($status, 0, 'the image is built') or BAIL_OUT($said);

# ---- Every type -------------------------------------------------------------

my %other = (loud => 'false', count => '8', wide => '-9007199254740992',
	room => '1MiB', pause => '0', port => '1', colour => 'red',
	name => '', peer => '10.0.0.255', far => 'fe80::',
	network => '10.0.0.1/8',
	card => 'fe:ff:00:00:00:01');
my @all;
for my $setting (sort keys %other) {
	my @set = ('--set', "one.$setting=$other{$setting}");
	push @all, @set;
	($status, $said) = seal("$folder/base", @set, '-o', "$folder/sealed");
	is($status, 0, "$setting is sealed") or diag($said);
	($status, $said) = Guest::unicc($config, @set, '-o', "$folder/built");
	is($status, 0, "$setting is built") or diag($said);
	same_files("$folder/sealed", "$folder/built", $setting);
}
seal("$folder/base", @all, '-o', "$folder/sealed");
Guest::unicc($config, @all, '-o', "$folder/built");
same_files("$folder/sealed", "$folder/built", 'all of them');
($status, $said) = Guest::unicc('run', "$folder/sealed");
like($said, qr/^one: quiet 16 \d+ 1048576 0 1 0\none:  0 0, a0000ff, fe-0, a000001\/8, fe-1\n/m,
     'and the machine reads them');
seal("$folder/sealed", (map { ('--set', $_) } 'one.loud=true', 'one.count=-4',
	'one.wide=9007199254740992', 'one.room=8KiB', 'one.pause=90second',
	'one.port=8080', 'one.colour=green', 'one.name=a name',
	'one.peer=10.0.0.9', 'one.far=2001:db8::7', 'one.network=10.0.0.7/24',
	'one.card=52:54:00:12:34:56'), '-o', "$folder/back");
same_files("$folder/back", "$folder/base", 'sealed back');
($status, $said) = Guest::unicc('verify', "$folder/sealed");
is($status, 0, 'it verifies') or diag($said);
($status, $said) = Guest::unicc('audit', "$folder/sealed");
is($status, 0, 'and can be audited') or diag($said);

sub roots {
	my $manifest = decode_json(Guest::slurp("$_[0]/every.manifest.json"));
	return @{ $manifest->{fingerprint} }{qw(code_root instance_root)};
}
my ($code, $instance) = roots("$folder/base");
my ($sealed_code, $sealed_instance) = roots("$folder/sealed");
is($sealed_code, $code, 'the code root stays');
isnt($sealed_instance, $instance, 'the instance root does not');

# ---- Host files, and no compiler ----------------------------------------------

mkdir "$folder/site";
write_file("$folder/site/index.html", "a page\n");
my $web = write_file("$folder/web.lua", <<'LUA');
image { name = "web", platform = "qemu.microvm", memory = 4 * MiB }
nic = virtio_net { mac = sealed() }
ip  = tcpip { net = nic, address = sealed("10.0.2.15/24"), gateway = sealed("10.0.2.2") }
www = httpd { stack = ip, content = "site" }
LUA
my @set = map { ('--set', $_) } 'ip.address=10.9.0.5/16', 'ip.gateway=10.9.0.1',
    'nic.mac=52:54:00:00:00:07';
Guest::unicc($web, '-o', "$folder/web");
Guest::unicc($web, @set, '-o', "$folder/web-built");
{
	local $ENV{PATH} = '/nonexistent';
	local $ENV{XDG_CACHE_HOME} = "$folder/nonexistent";
	($status, $said) = Guest::unicc('seal', "$folder/web", @set, '-o',
		"$folder/web-sealed");
	is($status, 0, 'no compiler is needed') or diag($said);
	ok(!-e "$folder/nonexistent", 'and no cache');
}
same_files("$folder/web-sealed", "$folder/web-built", 'host files');
like(Guest::slurp("$folder/web-sealed/web.qemu"),
     qr{net=10\.9\.0\.0/16,host=10\.9\.0\.1 .*mac=52:54:00:00:00:07,}s,
     'hosts are told of the addresses');
($status, $said) = Guest::unicc('seal', "$folder/web", @set, '--name', 'web7',
	'-o', "$folder/web7");
is_deeply([sort keys %{ files("$folder/web7") }],
	  [qw(audit.json web7.debug web7.elf web7.manifest.json
		web7.provenance.json web7.qemu web7.spdx.json)],
	  'under another name');
is(Guest::slurp("$folder/web7/web7.elf"),
   Guest::slurp("$folder/web-built/web.elf"), 'it is the same image');
($status, $said) = Guest::unicc('seal', "$folder/web", @set, '-o',
	"$folder/web7-json", '--json');
my $line = decode_json($said);
is_deeply([sort keys %$line],
	  [qw(code_root instance_root manifest_root name sealed)],
	  'told as JSON');
is_deeply($line->{sealed}, { 'ip.address' => '10.9.0.5/16',
	'ip.gateway' => '10.9.0.1', 'nic.mac' => '52:54:00:00:00:07' },
	'with its values');
($status, $said) = Guest::unicc('verify', "$folder/web7");
is($status, 0, 'and verifies') or diag($said);
write_file("$folder/audit.lua", 'image { name = "audit", platform = ' .
	"\"qemu.microvm\", memory = 2 * MiB }\napp = hello { message = sealed() }\n");
Guest::unicc("$folder/audit.lua", '-o', "$folder/audit");
Guest::unicc('seal', "$folder/audit", '--set', 'app.message=x', '--name', 'b',
	'-o', "$folder/b");
is_deeply([sort keys %{ files("$folder/b") }],
	  [sort map { s/^audit\b/b/r =~ s/^b\.json$/audit.json/r }
	    keys %{ files("$folder/audit") }],
	  'and of an image with the name of a file');
($status, $said) = Guest::unicc('verify', "$folder/web-sealed", $web, @set);
is($status, 0, 'its configuration with these values is what it was made of')
    or diag($said);
($status, $said) = Guest::unicc('verify', "$folder/web-sealed", $web);
is($status, 4, 'and with others it is not');

my $guest = write_file("$folder/guest.lua", Guest::slurp($web) =~
	s/qemu\.microvm/xen.pvh/r =~ s/virtio_net/netfront/r);
Guest::unicc($guest, '-o', "$folder/guest");
Guest::unicc($guest, @set, '-o', "$folder/guest-built");
Guest::unicc('seal', "$folder/guest", @set, '-o', "$folder/guest-sealed");
same_files("$folder/guest-sealed", "$folder/guest-built", 'files of Xen');
like(Guest::slurp("$folder/guest-sealed/web.xl"), qr/mac=52:54:00:00:00:07,/,
     'which tell of the address');

# ---- The difference ------------------------------------------------------------------

($status, $said) = Guest::unicc('diff', "$folder/web", "$folder/web-sealed");
is($status, 0, 'two of one code are compared') or diag($said);
like($said, qr/\n~ ip\.address = 10\.0\.2\.15\/24 -> 10\.9\.0\.5\/16  sealed
~ ip\.gateway = 10\.0\.2\.2 -> 10\.9\.0\.1  sealed
~ nic\.mac = not filled -> 52:54:00:00:00:07  sealed
nothing but sealed values differs, and the identity that follows from them\n\z/,
     'only sealed values differ');
($status, $said) = Guest::unicc('diff', "$folder/web", "$folder/guest-sealed");
unlike($said, qr/nothing but/, 'of another code that is not said');

# ---- Secrets --------------------------------------------------------------------

my $secret = "s3cret\0\xff";
write_file("$folder/key", $secret);
write_file("$folder/secret.lua", Guest::slurp($config) =~ s/  loud/  key = sealed(), loud/r);
Guest::unicc("$folder/secret.lua", '-o', "$folder/empty");
($status, $said) = seal("$folder/empty", '--set-file', "one.key=$folder/key",
	'-o', "$folder/filled");
is($status, 0, 'a secret is filled in') or diag($said);
unlike($said, qr/s3cret/, 'and not told');
my ($empty, $filled) = map { files("$folder/$_") } qw(empty filled);
my @differ = grep { $filled->{$_} ne $empty->{$_} } sort keys %$filled;
is("@differ", 'every.elf', 'nothing but the image knows it');
is(scalar(() = $filled->{'every.elf'} =~ /s3cret/g), 1, 'where it is once');
is((stat "$folder/filled/every.elf")[2] & 077, 0, 'which only we can read');
chmod 0644, "$folder/filled/every.elf";
seal("$folder/empty", '--set-file', "one.key=$folder/key", '-o',
	"$folder/filled");
is((stat "$folder/filled/every.elf")[2] & 077, 0, 'sealed again, only we');
my $sum = 0;
$sum = $sum * 31 + ord for split //, $secret;
($status, $said) = Guest::unicc('run', "$folder/filled");
like($said, qr/^one: 8 $sum\nexit 0\n\z/m, 'the machine reads it');
($status, $said) = Guest::unicc('diff', "$folder/empty", "$folder/filled");
like($said, qr/^~ one\.key: another secret\nnothing but sealed values/m,
     'a secret differs, and is not told');
for my $command (['audit', '--json'], ['id'], ['verify'], ['audit'], ['verify', '--json'], ['seal']) {
	my ($word, @rest) = @$command;
	($status, $said) = Guest::unicc($word, "$folder/filled", @rest,
		$word eq 'seal' ? ('--modules', $folder) : ());
	is($status, 0, "@$command takes it");
	unlike($said, qr/s3cret/, "@$command does not tell it");
}
($status, $said) = Guest::unicc('verify', "$folder/filled",
	"$folder/secret.lua");
is($status, 0, 'a build knows all but the secret') or diag($said);
unlike($said, qr/s3cret/, 'and tells it not');
($status, $said) = seal("$folder/filled", '--set', 'one.port=9', '-o',
	"$folder/refilled");
like(Guest::slurp("$folder/refilled/every.elf"), qr/s3cret/,
     'it stays when another value is sealed');

# ---- What is refused --------------------------------------------------------------

# A manifest that says this, with the root that belongs to it.
sub forge {
	my ($text, $field, $json) = @_;
	my $manifest = decode_json($text);
	my $before = JSON::PP->new->allow_nonref->encode($manifest->{$field});
	$text =~ s/"\Q$field\E":\t\Q$before\E/"$field":\t$json/ or die $field;
	return Forge::rooted($text);
}

sub refused {
	my ($name, $expected, $pattern, @words) = @_;
	system 'rm', '-rf', "$folder/refused";
	my ($found, $text) = seal("$folder/base", @words, '-o', "$folder/refused");
	is($found, $expected, "$name: status $expected");
	like($text, $pattern, "$name: what is said");
	ok(!-e "$folder/refused", "$name: nothing is written");
}

my $manifest = Guest::slurp("$folder/base/every.manifest.json");
my $elf = Guest::slurp("$folder/base/every.elf");
write_file("$folder/base/every.manifest.json", forge($manifest, 'unicc', '"0.0"'));
refused('another unicc', 4, qr/E1009: unicc 0\.0 wrote it/,
	'--set', 'one.port=9');
write_file("$folder/base/every.manifest.json", forge($manifest, 'platform', '"none"'));
refused('a platform of another unicc', 4, qr/E0606/, '--set', 'one.port=9');
write_file("$folder/base/every.manifest.json", substr $manifest, 0, 5000);
refused('half a manifest', 4, qr/E0608/, '--set', 'one.port=9');
write_file("$folder/base/every.manifest.json", $manifest);
for my $bit (7, 100, 700, 1203 .. 1204, 3300, length($elf) * 8 / 2,
    (length($elf) - 1) * 8) {
	my $flipped = $elf;
	vec($flipped, $bit, 1) ^= 1;
	write_file("$folder/base/every.elf", $flipped);
	refused("bit $bit", 4, qr/E060[67]/, '--set', 'one.port=9');
}
write_file("$folder/base/every.elf", $elf);
refused('a check', 1, qr/E0405: one.count: it is odd/, '--set', 'one.count=3');
refused('a check of two', 1, qr/E0405: one\.(?:peer|network): the peer/,
	'--set', 'one.peer=10.0.1.1');
refused('a range', 1, qr/E0203: one.room: found 3 bytes/, '--set', 'one.room=3');
refused('all of them at once', 1, qr/E0203.*E0203/s, '--set', 'one.port=0',
	'--set', 'one.room=3');

my $two = write_file("$folder/two.lua", Guest::slurp($web) .
	"www2 = httpd { stack = ip, content = \"site\", port = sealed(81) }\n");
Guest::unicc($two, '-o', "$folder/two");
($status, $said) = Guest::unicc('seal', "$folder/two", @set, '--set',
	'www2.port=80', '-o', "$folder/two-sealed");
is($status, 1, 'two listeners on one port: status 1');
like($said, qr/E0307: www2\.port: port 80 of ip is taken/, 'are told');

# ---- A full disk ----------------------------------------------------------------------

mkdir "$folder/full";
write_file("$folder/full/mine", 'mine');
my $unicc = "$Guest::root/unicc";
$said = `sh -c 'trap "" XFSZ; ulimit -f 8; "$unicc" seal "$folder/base" --modules "$folder" --set one.port=9 -o "$folder/full"' 2>&1`;
is($? >> 8, 3, 'a file that cannot grow: status 3');
like($said, qr/E0605/, 'is told');
is_deeply([sort keys %{ files("$folder/full") }], ['mine'],
	  'and leaves nothing behind');
done_testing();
