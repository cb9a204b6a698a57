#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# An evaluation sees nothing but its files, ends within its bounds, and says the
# same whatever the hash seed, the addresses and the environment are: one row for
# each hole that Lua 5.4 has as it comes, and what closes it.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use Test::More;

use lib dirname(abs_path($0)) . '/lib';
use Files 'write_file';

chdir dirname(abs_path($0)) . '/..' or die "cannot enter the repository: $!";
my $unicc = abs_path('./unicc');
my $root = abs_path('.');
my $folder = 'build/test-hermetic';
system "rm -rf $folder; mkdir -p $folder/site";
chdir $folder or die;

my $image = 'image { name = "t", platform = "qemu.microvm", memory = 4 * MiB }';
my $endless = 'E0109: it takes more than 10 million steps';

# ---- Holes that are closed with an error ------------------------------------

my @refused = (
	# What changes from run to run.
	['a clock: os.time', 'x = os.time()', 'E0104: os: nothing outside'],
	['a clock: os.clock', 'x = os.clock()', 'E0104: os: nothing outside'],
	['the environment: os.getenv', 'x = os.getenv "HOME"', 'E0104: os: nothing outside'],
	['a file: io.open', 'x = io.open "/etc/passwd"', 'E0104: io: nothing outside'],
	['randomness: math.random', 'x = math.random()', 'E0104: math: Lua\'s own library'],
	['libm: math.sin', 'x = math.sin(1)', 'E0104: math: Lua\'s own library'],
	['libm: ^', 'x = 2 ^ 0.5', 'E0102: there is no \^'],
	['addresses: tostring of a table', 'x = tostring {}', 'E0103: a table has no text'],
	['addresses: tostring of a function', 'x = tostring(pairs)', 'E0103: a function has no text'],
	['addresses: tostring of an instance', "app = hello {}\nx = tostring(app)", 'E0103: a userdata has no text'],
	['addresses: ..', 'x = "a" .. {}', 'E0103: attempt to concatenate a table value'],
	['addresses: %p', 'x = text.format("%p", {})', 'E0103: format knows'],
	['addresses: %s of a table', 'x = text.format("%s", {})', 'E0103: a table has no text'],
	['addresses: an error that is a table', 'error {}', 'E0103: an error that is a table'],
	['addresses: < of tables', 'list.sort { {}, {} }', 'E0103: attempt to compare two table values'],
	['the hash seed: next', 'x = next {}', 'E0104: next: a table has no order'],
	['addresses: keys that are tables', 'for k in pairs { [{}] = 1 } do end', 'E0103: a table with a key that is a table has no order'],
	['addresses: keys that are functions', 'for k in pairs { [pairs] = 1 } do end', 'E0103: a table with a key that is a function has no order'],
	['the collector: collectgarbage', 'x = collectgarbage "count"', 'E0104: collectgarbage: nothing has this name'],
	# Numbers that print or round in more than one way.
	['floats: %f', 'x = text.format("%f", 1)', 'E0103: format knows'],
	['floats: %a', 'x = text.format("%a", 1)', 'E0103: format knows'],
	['floats: a setting', 'kernel { stack = 16384.0 }', 'E0202: kernel.stack: found 16384.0, which is no whole number'],
	['floats: -0.0', 'kernel { stack = -0.0 }', 'E0202: kernel.stack: found -0.0, which is no whole number'],
	['floats: NaN', 'kernel { stack = 0/0 }', 'E0202: kernel.stack: found -?nan, which is no whole number'],
	['floats: infinity', 'kernel { stack = 1/0 }', 'E0202: kernel.stack: found inf, which is no whole number'],
	['floats: the text of NaN', 'x = tostring(0/0)', 'E0103: a number that is not finite has no text'],
	['floats: keys', 'for k in pairs { [0.5] = 1 } do end', 'E0103: a table with a key that is a number has no order'],
	# Code that was not scanned.
	['bytecode: load', 'x = load "return 1"', 'E0104: load: nothing is compiled'],
	['bytecode: string.dump', 'x = string.dump(pairs)', 'E0104: string: Lua\'s own library'],
	['bytecode: dofile', 'dofile "x.lua"', 'E0104: dofile: nothing outside'],
	['bytecode: loadfile', 'x = loadfile "x.lua"', 'E0104: loadfile: nothing outside'],
	['bytecode: require', 'x = require "x"', 'E0104: require: nothing outside'],
	['bytecode: included', 'include "bytecode.lua"', 'E0102: a byte that is no Lua: 0x1b'],
	['debug', 'x = debug.sethook()', 'E0104: debug: nothing has this name'],
	# Steps: what a count hook alone does not see.
	['steps: a loop', 'while true do end', $endless],
	['steps: goto', '::a:: goto a', $endless],
	['steps: recursion in tail position', 'local function f() return f() end f()', $endless],
	['steps: inside of find', 'local s = text.rep("x", 16000) while true do text.find(s, "y") end', $endless],
	['steps: inside of split', 'local s = text.rep("x", 16000) while true do text.split(s, "x") end', 'E0109: it takes more than'],
	['steps: inside of join', 'local t = text.split(text.rep("x", 8000), "x") while true do text.join(t) end', 'E0109: it takes more than'],
	['steps: inside of sort', 'list.sort({ 2, 1 }, function() while true do end end)', $endless],
	['steps: an order that is none', 'local t = text.split(text.rep("x", 9000), "x") while true do list.sort(t, function() return true end) end', $endless],
	['steps: comparing long texts', 'local s = text.rep("x", 16000) local t = s .. "" while true do local a = s < t end', $endless],
	['steps: walking a table that was large', 'local t = {} for i = 1, 200000 do t["k" .. i] = i end for k in pairs(t) do t[k] = nil end while true do pairs(t) end', $endless],
	['steps: pcall keeps the error', 'while true do pcall(function() while true do end end) end', $endless],
	['steps: pcall goes on behind it', 'pcall(function() while true do end end) error "survived"', $endless],
	['steps: pcall in pcall', 'local function f() return pcall(f) end while true do f() end', $endless],
	['steps: coroutines', 'x = coroutine.create(pairs)', 'E0104: coroutine: a configuration runs from top to bottom'],
	['steps: __gc', 'setmetatable({}, { __gc = function() while true do end end })', 'E0104: setmetatable: tables are plain here'],
	['steps: __close', 'local x <close> = { __close = function() while true do end end }', 'E0103: variable .x. got a non-closable value'],
	['metatables: of tables', 'x = getmetatable {}', 'E0104: getmetatable: tables are plain here'],
	['metatables: of texts', 'x = getmetatable ""', 'E0104: getmetatable: tables are plain here'],
	['metatables: a field of a text', 'local s = "" s.upper = pairs', 'E0103: attempt to index a string value'],
	['metatables: the library of texts', 'text.upper = pairs', 'E0103: text cannot be changed'],
	['metatables: the library of lists', 'list.sort = pairs', 'E0103: list cannot be changed'],
	['metatables: a global word', 'pairs = ipairs', 'E0105: pairs: this is a word of unicc'],
	# Memory and the stack of C.
	['memory: doubling a text', 'local s = "x" while true do s = s .. s end', 'E0109: a text is longer than 16 KiB'],
	['memory: rep', 'x = text.rep("x", 1 << 40)', 'E0103: the text would be longer than 16 KiB'],
	['memory: join', 'x = text.join(text.split(text.rep("x", 16000), "x"), text.rep("y", 100))', 'E0103: the text would be longer than 16 KiB'],
	['memory: tables', 'local t = {} while true do t = { t, {} } end', 'E0109: it (?:holds more than 64 MiB|takes more than)'],
	['memory: one large table', 'local t = {} for i = 1, 1 << 40 do t[i] = i end', 'E0109: it (?:holds|takes)'],
	['memory: pcall keeps the error', 'local t = {} while true do pcall(list.append, t, { {}, {} }) end', 'E0109: it (?:holds|takes)'],
	['memory: garbage', 'while true do local s = text.rep("x", 8000) .. "y" end', 'E0109: it takes more than'],
	['memory: ...', 'local function f(n, ...) if n > 0 then return f(n - 1, n, ...) end while true do local a = { ... } end end f(240)', 'E0109: a function is given more than 200 arguments'],
	['memory: errors', 'for i = 1, 1000000 do instance("a" .. i, hello { no = 1, such = 2 }) end', 'E0109: it makes more than 1000 errors'],
	['the stack of C: recursion', 'local function f(a, b, c, d) return (f(a, b, c, d)) end f()', 'E0103: stack overflow'],
	['the stack of C: through sort', 'local function f() list.sort({ 1, 2 }, f) end f()', 'E0103: (?:C )?stack overflow'],
	['the stack of C: parentheses', 'x = ' . '(' x 10000 . '1' . ')' x 10000, 'E0102: it nests too deeply'],
	['the stack of C: tables', 'x = ' . '{' x 10000 . '}' x 10000, 'E0102: it nests too deeply'],
	['the stack of C: blocks', 'do ' x 10000 . 'end ' x 10000, 'E0102: it nests too deeply'],
	['the stack of C: functions', 'x = ' . 'function() return ' x 10000 . '1 ' . 'end ' x 10000, 'E0102: it nests too deeply'],
);
write_file('bytecode.lua', "\x1bLua\x54\0\x19\x93\r\n\x1a\n");
for my $row (@refused) {
	my ($hole, $lua, $expected) = @$row;
	write_file('t.lua', "$image\n$lua\n");
	my $said = `timeout 20 $unicc check t.lua 2>&1`;
	ok($? >> 8 == 1 && $said =~ /error $expected/, $hole)
	    or diag('status ' . ($? >> 8), ': ', substr $said, 0, 600);
}

# ---- Holes that are closed by saying the same ----------------------------------

# Everything that could show a seed or an address, in one text.
write_file('site/index.html', "page\n");
write_file('more.lua', "return { b = 1, a = 2, [3] = 'three', [-1] = 'minus' }\n");
write_file('t.env', "WORD=given\n");
write_file('same.lua', <<"LUA");
$image
word = option { text = true, default = "none" }
local keys = {}
for i = 1, 300 do keys["k" .. i * 7919 % 307] = i end
local seen = {}
for k, v in pairs(keys) do list.append(seen, k .. v) end
for k, v in pairs(include "more.lua") do list.append(seen, k .. "" .. v) end
local ties = list.sort(seen, function(a, b) return #a < #b end)
say = hello { message = text.join(ties):sub(1, 1000) .. word }
sum = hello { message = "x" .. 1 / 3 .. " " .. 1e15 .. " " .. (1 << 53) }
nic = virtio_net {}
ip  = tcpip { net = nic, address = "10.0.2.15/24" }
www = httpd { stack = ip, content = "site", headers = { b = "1", a = "2" } }
LUA
my @ways = (
	'', 'setarch -R', 'setarch -R', 'env -i',
	'env -i LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 TZ=Asia/Kathmandu HOME=/nowhere',
	'env LUA_INIT="error(1)" LUA_PATH=/tmp/?.lua LUA_CPATH=/tmp/?.so',
	'nice -n 5', 'env MALLOC_PERTURB_=85 MALLOC_ARENA_MAX=1',
);
my %said;
for my $way (@ways) {
	my $text = `$way $unicc config --json same.lua --env t.env 2>&1`;
	is($?, 0, "evaluated: $way") or diag($text);
	$said{$text}++;
}
is(scalar keys %said, 1, 'whatever the seed, the addresses and the environment');

# ---- Only declared files are read -----------------------------------------------

my %read;
for (`strace -f -e trace=openat,open,execve -o '|cat' $unicc config same.lua --env t.env`) {
	$read{$1} = 1
	    if /(?:open(?:at)?\((?:AT_FDCWD, )?|execve\()"([^"]+)".* = \d/;
}
ok($read{'same.lua'} && $read{'more.lua'} && $read{'t.env'}, 'the files are read')
    or diag(join "\n", sort keys %read);
my @others = grep {
	s{^\Q$root\E/}{}r !~ m{^(?:/etc/ld\.so\.cache|(?:/usr)?/lib/.*\.so\S*|unicc|build\.lua|drivers|stdlib|kernel|(?:drivers|stdlib|kernel)/(?:\w+/)?module\.lua|\.|same\.lua|more\.lua|t\.env)$}
} sort keys %read;
is_deeply(\@others, [], 'and no others');
done_testing();
