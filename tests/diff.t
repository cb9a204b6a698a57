#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# unicc diff --config tells effects: nothing for another order or spelling, and
# each value, wire, device and file that is another.
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
my $folder = 'build/test-diff';
system "rm -rf $folder; mkdir -p $folder/site $folder/moved";
chdir $folder or die;

# The output, and what is said about errors behind it.
sub diff {
	my ($words, $status) = @_;
	my $said = `$unicc diff --config $words 2>&1`;
	is($? >> 8, $status // 0, "diff --config $words: status");
	return $said;
}

my @lines = (
	'env = option { choice = { "dev", "prod" }, default = "dev" }',
	'image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }',
	'nic = virtio_net {}',
	'ip = tcpip { net = nic, address = "10.0.2.15/24" }',
	'www = httpd { stack = ip, content = "site", port = env == "prod" and'
	    . ' 80 or 8080 }',
);
write_file('a.lua', join "\n", @lines, '');
write_file('site/index.html', "page\n");
write_file('moved/index.html', "page\n");

# ---- No effect --------------------------------------------------------

my @other = (@lines[1 .. 3],
	'local site = "moved"',
	'www = httpd { content = site, stack = ip, index = "index.html",'
	    . ' port = ({ dev = 8080, prod = 80 })[env] }');
write_file('same.lua', join "\n", '-- Another text.', $lines[0], reverse(@other[0 .. 2]),
	   @other[3 .. 4], '');
is(diff('a.lua a.lua'), '', 'a configuration and itself');
is(diff('a.lua same.lua'), '', 'order, defaults, spelling, the folder');
is_deeply(decode_json(diff('a.lua same.lua --json')), [], 'as JSON');

# ---- Effects ----------------------------------------------------------

is(diff('a.lua a.lua --set env=prod') =~ s/ +/ /gr, <<'SAID', 'an option');
~ option env = "dev" -> "prod" option env (default, a.lua:1:1) -> option env (--set env=prod)
~ www.port = 8080 -> 80 a.lua:5:45 -> a.lua:5:45
SAID
is(diff('a.lua --set env=prod a.lua --set env=prod'), '',
   'words behind a configuration are for that one');

write_file('moved/index.html', "another page\n");
write_file('moved/new.html', "new\n");
write_file('b.lua', join "\n", @lines[0, 1], 'card = virtio_net {}',
	   $lines[3] =~ s/nic/card/r, $lines[4] =~ s/"site"/"moved"/r,
	   'hi = hello { message = "Hi" }', '');
my %change = map { $_->{name} => $_ } @{ decode_json(diff('a.lua b.lua --json')) };
is_deeply([sort keys %change],
	  ['card', 'card: slot', 'hi', 'hi.console', 'hi.message', 'ip.net',
	   'nic', 'nic: slot', 'www.content /', 'www.content /index.html',
	   'www.content /new.html'], 'each effect by name')
    or diag(join ', ', sort keys %change);
is("$change{card}{change} $change{nic}{change} $change{'ip.net'}{change}",
   'added removed changed', 'how it changed');
is($change{'ip.net'}{before} . ' ' . $change{'ip.net'}{after_origin},
   'nic b.lua:4:14', 'value and origin');
is($change{'www.content /new.html'}{kind} . ' ' . $change{card}{kind} . ' '
   . $change{'nic: slot'}{kind}, 'file instance device', 'its kind');
like($change{'www.content /index.html'}{after},
     qr/^sha256 [0-9a-f]{16}, 13 bytes$/, 'a file by its hash');

# ---- Errors -----------------------------------------------------------

write_file('wrong.lua', "image {}\n");
like(diff('a.lua wrong.lua', 1), qr/^wrong\.lua:1:1: error E0204/,
     'a wrong configuration');
like(diff('a.lua', 2), qr/which two configurations/, 'one is missing');
done_testing();
