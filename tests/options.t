#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Options: an input of the configuration is typed, given once, and shows as the
# origin of every value that it is, on the command line and in a file alike.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use JSON::PP;
use Test::More;

use lib dirname(abs_path($0)) . '/lib';
use Files 'write_file';

chdir dirname(abs_path($0)) . '/..' or die "cannot enter the repository: $!";
my $unicc = abs_path('./unicc');
my $folder = 'build/test-options';
system 'rm', '-rf', $folder;
system 'mkdir', '-p', $folder;

# The configuration as JSON, with options given by these words.
sub config {
	my ($file, @words) = @_;
	open my $pipe, '-|', $unicc, 'config', '--json', $file, @words or die $!;
	local $/;
	my $text = <$pipe>;
	close $pipe;
	is($?, 0, join ' ', 'accepted:', @words);
	return decode_json($text);
}

sub option_of {
	my ($config, $name) = @_;
	my ($option) = grep { $_->{name} eq $name } @{ $config->{options} };
	return $option;
}

sub setting_of {
	my ($config, $instance, $name) = @_;
	my ($found) = grep { $_->{name} eq $instance } @{ $config->{instances} };
	my ($setting) = grep { $_->{name} eq $name } @{ $found->{settings} };
	return $setting;
}

my $lua = write_file("$folder/t.lua", <<'LUA');
env    = option { choice = { "dev", "prod" }, default = "dev", doc = "Where." }
memory = option { size = true, default = 4 * MiB }
wait   = option { duration = true, range = { 1, 1 * hour }, default = 1 * second }
http   = option { port = true, default = 80 }
quiet  = option { flag = true, default = false }
number = option { int = true, range = { -10, 10 }, default = 0 }
host   = option { ipv4 = true, default = "10.0.2.2" }
net    = option { cidr = true, default = "10.0.2.15/24" }
card   = option { mac = true, default = "52:54:00:12:34:56" }
words  = option { text = true, max = 200, default = "Hello" }

image { name = "t", platform = "qemu.microvm", memory = memory }
prefix = env == "prod" and "" or env .. ": "
all = text.join({ prefix .. words, wait // second, http, tostring(quiet),
                  number, host, net, card }, " ")
app = hello { message = all }
plain = hello { message = words }
LUA

# ---- Types ------------------------------------------------------------

my $config = config($lua);
is(setting_of($config, 'app', 'message')->{value},
   'dev: Hello 1 80 false 0 10.0.2.2 10.0.2.15/24 52:54:00:12:34:56',
   'defaults are plain values of Lua');
my @given = ('--set', 'env=prod', '--set', 'memory=8MiB', '--set',
	     'wait=3 * second', '--set', 'http=8080', '--set', 'quiet=true',
	     '--set', 'number=-3', '--set', 'host=10.1.1.1', '--set',
	     'net=10.1.1.2/16', '--set', 'card=00:00:00:00:00:01', '--set',
	     'words=a=b');
$config = config($lua, @given);
is(setting_of($config, 'app', 'message')->{value},
   'a=b 3 8080 true -3 10.1.1.1 10.1.1.2/16 00:00:00:00:00:01',
   'and so is what is given');
is($config->{image}{memory}, 8 << 20, 'a unit stands behind its number');

# ---- Origins ----------------------------------------------------------

is(option_of($config, 'env')->{origin}, 'option env (--set env=prod)',
   'origin of an option');
is(option_of($config, 'env')->{type}, 'choice', 'type of an option');
is(setting_of($config, 'plain', 'message')->{origin},
   'option words (--set words=a=b)', 'of a setting that is an option');
is(setting_of($config, 'app', 'message')->{origin}, "$lua:16:15",
   'of a setting that is computed');
is(setting_of(config($lua), 'plain', 'message')->{origin},
   "option words (default, $lua:10:1)", 'of a default');
like(scalar `$unicc config $lua --set memory=8MiB`,
     qr/^image\.memory = 8 MiB +option memory \(--set memory=8MiB\)$/m,
     'of the memory');

my $named = write_file("$folder/named.lua", <<'LUA');
called = option { text = true, default = "by_option" }
image { name = called, platform = "qemu.microvm", memory = 4 * MiB }
app = hello {}
LUA
like(scalar `$unicc config $named`,
     qr/^image\.name = "by_option" +option called \(default, $named:1:1\)$/m,
     'of the name of the image');

# ---- Files ------------------------------------------------------------

my $env = write_file("$folder/prod.env", <<'ENV');
# What production needs.

ENV=prod
  export  MEMORY = "8MiB"   # enough
wait='3 * second'
Http=8080#not
ENV
like(scalar `$unicc check $lua --env $env 2>&1`,
     qr/prod\.env:6:1: error E0202: http: found the text "8080#not"/,
     '# begins a comment only behind a blank');
$env = write_file("$folder/prod.env", <<'ENV' =~ s/~/\r/r);
# What production needs.

ENV=prod~
  export  MEMORY = "8MiB"   # enough
wait='3 * second'
Http=8080 #
WORDS="a\tb \"c\" \$d \`e\\"
ENV
$config = config($lua, '--env', $env);
is(setting_of($config, 'plain', 'message')->{value}, "a\tb \"c\" \$d `e\\",
   'escapes');
is(setting_of($config, 'plain', 'message')->{origin},
   "option words ($env:7:1)", 'origin of a value of a file');
is(option_of($config, 'env')->{value}, 'prod', 'a line may end with \r\n');
is(option_of($config, 'http')->{value}, 8080, "letters' case means nothing");
$env = write_file("$folder/bare.env", "words=it is  \xc3\xa4 #1\t\nenv=prod\n");
$config = config($lua, '--env', $env, '--set', 'http=1');
is(setting_of($config, 'plain', 'message')->{value}, "it is  \xe4",
   'a bare value');
$config = config($lua, '--env', write_file("$folder/empty.env", 'words='));
is(setting_of($config, 'plain', 'message')->{value}, '', 'an empty value');

# ---- The build --------------------------------------------------------

sub build {
	my ($name, @words) = @_;
	my $said = `$unicc $lua @words 2>&1`;
	is($?, 0, "a build: @words") or diag($said);
	open my $file, '<', "$folder/build/$name/t.manifest.json" or die "$name: $!";
	local $/;
	return decode_json(scalar <$file>);
}

system 'sed', '-i', '/^plain/d', $lua;
my $dev = build('t');
my $same = build('t-env.dev', '--set', 'env=dev');
my $prod = build('t-env.prod+http.8080', '--set http=8080', '--set env=prod');
my $other = build('t-net.10.1.1.2%2F16', '--set net=10.1.1.2/16');
is($same->{fingerprint}{code_root}, $dev->{fingerprint}{code_root},
   'a default that is given is the same image');
isnt($prod->{fingerprint}{code_root}, $dev->{fingerprint}{code_root},
     'another value is another code root');
is_deeply([map { "$_->{name} $_->{value} $_->{origin}" }
	       grep { $_->{name} =~ /env|http|wait/ } @{ $prod->{options} }],
	  ['env prod given', 'http 8080 given', 'wait 1s default'],
	  'options stand in the manifest');
$env = write_file("$folder/prod.env", "http=8080\nenv=prod\n");
my $file = build('t-env.prod+http.8080', "--env $env");
is($file->{fingerprint}{code_root}, $prod->{fingerprint}{code_root},
   'from a file or not is no part of the image');
is_deeply([map { $_->{name} } @{ $file->{inputs} }], ['prod.env'],
	  'the file is an input');
my $long = build_long();
like($long, qr{^t-words\.x+~[0-9a-f]{16}$}, 'a long value gives a short name');

sub build_long {
	system "$unicc $lua --until freeze --set words=" . 'x' x 199;
	opendir my $entries, "$folder/build" or die $!;
	my ($name) = grep { /^t-words/ } readdir $entries;
	return $name;
}

# ---- The command line -------------------------------------------------

for my $words ('--set', '--set env', '--set =x', '--env', "--env ''") {
	my $said = `$unicc check $lua $words 2>&1`;
	is($? >> 8, 2, "usage: $words") or diag($said);
}
done_testing();
