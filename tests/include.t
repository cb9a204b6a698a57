#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# include "FILE" evaluates a file once, with the names of all, and each value
# has its origin in the file where it stands.
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
my $folder = 'build/test-include';
system "rm -rf $folder; mkdir -p $folder/parts $folder/site";
chdir $folder or die;

write_file('parts/shared.lua', <<'LUA');
stage = option { choice = { "dev", "prod" }, default = "dev" }
return { memory = stage == "dev" and 4 * MiB or 8 * MiB }
LUA
write_file('t.lua', <<'LUA');
local shared = include "parts/shared.lua"
include "parts/net.lua"
once = hello { message = tostring(shared == include("./parts/shared.lua")) }
image { name = "t", platform = "qemu.microvm", memory = shared.memory }
LUA
write_file('parts/net.lua', <<'LUA');
-- In a folder of its own: paths are relative to this file.
local shared = include "shared.lua"
if shared.memory > 4 * MiB then
  large = hello { message = "large" }
end
small = hello { message = stage }
LUA

my %origin;
sub config {
	my ($words) = @_;
	my $text = `$unicc config --json t.lua $words`;
	is($?, 0, "accepted: t.lua $words");
	my $config = decode_json($text);
	%origin = ();
	for my $instance (@{ $config->{instances} }) {
		my ($message) = grep { $_->{name} eq 'message' }
		    @{ $instance->{settings} };
		$origin{ $instance->{name} } = $instance->{origin};
		$origin{"$instance->{name}.message"} = $message->{origin}
		    . ' ' . $message->{value} if $message;
	}
	return $config;
}

my $config = config('');
is($config->{image}{memory}, 4 << 20, 'what a file returns');
is($origin{small}, 'parts/net.lua:6:9', 'an instance of an included file');
is($origin{'once.message'}, 't.lua:3:16 true', 'a file is evaluated once');
is($origin{'small.message'},
   'option stage (default, parts/shared.lua:1:1) dev',
   'an option of an included file');
$config = config('--set stage=prod');
is($origin{large}, 'parts/net.lua:4:11', 'an included file decides');
is($config->{image}{memory}, 8 << 20, 'with the option that was given');

is(system("$unicc t.lua > said 2>&1"), 0, 'a build');
open my $file, '<', 'build/t/t.manifest.json' or die $!;
my $manifest = decode_json(do { local $/; <$file> });
is_deeply([map { $_->{name} } @{ $manifest->{inputs} }],
	  ['parts/net.lua', 'parts/shared.lua'], 'its files are inputs');

# ---- Overrides ---------------------------------------------------------

write_file('site.lua', <<'LUA');
nic = virtio_net {}
date = rtc {}
app = hello { message = "dev" }
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "site", wallclock = false }
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
LUA
write_file('prod.lua', <<'LUA');
stage = option { text = true, default = "prod" }
override(ip, { address = "10.0.2.16/24" })
override(www, { wallclock = date })
override(app, { message = stage })
include "site.lua"
LUA
my $said = `$unicc config prod.lua`;
is($?, 0, 'overrides are accepted, wherever they stand');
like($said, qr{^ip\.address = 10\.0\.2\.16/24 +prod\.lua:2:16, in place of site\.lua:4:26$}m,
     'of a setting');
like($said, qr{^www\.wallclock = date +prod\.lua:3:17, in place of site\.lua:5:45$}m,
     'of a wire');
like($said, qr{^app\.message = "prod" +option stage \(default, prod\.lua:1:1\), in place of site\.lua:3:15$}m,
     'by an option');

write_file('kernel.lua', <<'LUA');
override(kernel, { stack = 64 * KiB })
kernel { stack = 32 * KiB }
image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }
app = hello {}
LUA
like(scalar `$unicc config kernel.lua`,
     qr{^kernel\.stack = 64 KiB +kernel\.lua:1:20, in place of kernel\.lua:2:10$}m,
     'of the kernel, which has the name of its module');

# One file more than there can be.
write_file("f$_.lua", '') for 1 .. 256;
write_file('many.lua', join "\n", map { "include \"f$_.lua\"" } 1 .. 256);
like(scalar `$unicc check many.lua 2>&1`,
     qr/^many\.lua:256:9: error E0116: include: a configuration has 256 files/,
     'there is an end to it');
write_file('many.lua', join "\n", map { "include \"f$_.lua\"" } 1 .. 255);
like(scalar `$unicc check many.lua 2>&1`, qr/^many\.lua: error E0108: /,
     'as many as there can be');
# From wherever it is built, and however its path is written, all is the same.
write_file('inner/config/t.lua', <<'LUA');
local shared = include "../../outer.lua"
image { name = "t", platform = "qemu.microvm", memory = shared.memory }
LUA
write_file('outer.lua', <<'LUA');
stage = option { choice = { "dev", "prod" }, default = "dev" }
app = hello { message = stage }
return { memory = 4 * MiB }
LUA
write_file('prod.env', "stage=prod\n");
write_file('elsewhere/prod.env', "stage=prod\n");
my $here = abs_path('.');
is(system("$unicc inner/config/t.lua --env prod.env -o one >said 2>&1"), 0,
   'a file above the configuration');
is(system("cd inner/config && $unicc t.lua --env $here/elsewhere/prod.env" .
	" -o $here/two >said 2>&1"), 0, 'the same from its folder');
is(`diff -r one two`, '', 'both builds agree in every file');
done_testing();
