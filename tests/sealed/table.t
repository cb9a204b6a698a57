#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# A fleet's table: all that is wrong with it is told in one run, row after row,
# and nothing is written; what RFC 4180 has, and empty lines at the end, is taken.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/../lib";
use File::Temp qw(tempdir);
use Files;
use Guest;
use JSON::PP;
use Test::More;

my $folder = tempdir(CLEANUP => 1);

sub write_file {
	my ($name, $bytes) = @_;
	return Files::write_file("$folder/$name", $bytes);
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

# Run it on this table; T in what it says is the table, I the image.
my $tries = 0;
sub fleet {
	my ($end, $text) = @_;
	my $table = write_file('table' . ++$tries . ".$end", $text);
	my ($found, $what) = Guest::unicc('fleet', "$folder/web", $table, '-o',
		"$folder/out$tries");
	$what =~ s/\Q$table\E/T/g;
	$what =~ s/\Q$folder\E\/web\/web\.elf/I/g;
	return ($found, $what);
}

# ---- What is taken ------------------------------------------------------------

sub mac { return sprintf '52:54:00:00:00:%02x', $_[0] }
my $head = "name,ip.address,nic.mac,ip.hostname\n";
my $good = "a,10.0.0.2/8," . mac(1) . ",x\n";

sub taken {
	my ($name, $text, @hostnames) = @_;
	my ($found, $what) = fleet('csv', $text);
	is($found, 0, "$name: taken") or return diag($what);
	is_deeply([map { decode_json($_)->{sealed}{'ip.hostname'} } split /\n/,
		Guest::slurp("$folder/out$tries/index.jsonl")], \@hostnames,
		"$name: its values");
}

taken('lines that end with LF', $head . $good, 'x');
taken('with CR LF', ($head . $good) =~ s/\n/\r\n/gr, 'x');
taken('no end of the last line', $head . $good =~ s/\n//r, 'x');
taken('empty lines at the end', "$head$good\n\r\n\n", 'x');
taken('a byte order mark', "\xef\xbb\xbf$head$good", 'x');
taken('quotes, in which lines end', $head .
	qq("a","10.0.0.2/8","52:54:00:00:00:01","1,\r\n2 ""3"""\n) .
	"b,10.0.0.3/8," . mac(2) . ",\n", "1,\r\n2 \"3\"", 'none');
taken('a column that is empty everywhere', $head .
	"a,10.0.0.2/8," . mac(1) . ",\n", 'none');
taken('an empty text in quotes, and no text', $head .
	"a,10.0.0.2/8," . mac(1) . ",\"\"\nb,10.0.0.3/8," . mac(2) . ",\n",
	'', 'none');
taken('letters beyond ASCII', $head . "a,10.0.0.2/8," . mac(1) . ",\xc3\xa9\\\n",
	"\x{e9}\\");
taken('columns in another order', "ip.address,ip.hostname,nic.mac,name\n" .
	"10.0.0.2/8,x," . mac(1) . ",a\n", 'x');

# ---- What is refused -------------------------------------------------------------

sub refused {
	my ($name, $end, $text, $expected) = @_;
	my ($found, $what) = fleet($end, $text);
	is($found, 1, "$name: status 1");
	is($what, $expected, "$name: what is said");
	ok(!-e "$folder/out$tries", "$name: nothing is written");
}

my $allowed = 'allowed is an IPv4 address with its prefix such as "10.0.2.15/24"';
refused('rows of every kind', 'csv', $head . $good . "b,10.0.0.3/8\n" .
	"c,10.0.0.4000/8," . mac(2) . ",x\n" . "\n" .
	"d,10.0.0.5/8," . mac(2) . ",\"x\"y\n" .
	"e,10.0.0.6/8," . mac(2) . ",x\n" . "f,10.0.0.2/9," . mac(3) . ",x\n" .
	"g,,52:54:00:00:00:zz,x\n" . "h,10.1.0.1/16," . mac(4) . ",x\n" .
	"i,10.0.0.7/8," . mac(5) . ",a\0b\n" . ",10.0.0.8/8," . mac(6) . ",x\n" .
	"e,10.0.0.9/8," . mac(7) . ",\"x\n" . "e,10.0.0.10/8," . mac(4) . ",x\n",
	<<"SAID");
T:3:1: error E0805: 2 fields, where the first line names 4
T:4:3: error E0202: ip.address: found the text "10.0.0.4000/8"; $allowed
T:5:1: error E0805: an empty line before the last row
    fix: remove it
T:6:35: error E0805: a quoted field ends with its quote
T:7: error E0806: e: nic.mac 52:54:00:00:00:02 is taken
    T:4: by c
T:8: error E0806: f: ip.address 10.0.0.2 is taken
    T:2: by a
T:9: error E0805: ip.address: neither the row nor the image gives it a value
T:9:4: error E0202: nic.mac: found the text "52:54:00:00:00:zz"; allowed is a MAC address such as "52:54:00:12:34:56"
T:10:3: error E0405: ip.address: the gateway is outside of the address's network
    T:10:3: ip.address is 10.1.0.1/16
    T:10: ip.gateway is 10.0.0.1
    fix: correct one of the two, or the prefix behind the address
T:11:33: error E0805: a zero byte
T:12: error E0805: name: a machine needs a name
T:13:32: error E0805: this quote is not closed
T:14: error E0806: e: the name is taken
    T:7: by e
T:14: error E0806: e: nic.mac 52:54:00:00:00:04 is taken
    T:10: by h
SAID

my $none = 'neither a column nor the image gives it a value';
refused('columns and rows', 'csv', "name,ip.adress,nic.mac,name,,nic.mac,ip.mss\n" .
	"a,10.0.0.2/8,5,,,,\n", <<"SAID");
T:1:1: error E0805: ip.address: $none
    fix: add a column ip.address
T:1:6: error E0802: ip.adress: I has no such value
    fix: write ip.address
T:1:24: error E0805: name: a column of this name is there already
T:1:29: error E0805: this column has no name
T:1:30: error E0805: nic.mac: a column of this name is there already
T:1:38: error E0802: ip.mss: it is frozen into the code of I
    fix: change the configuration, and build it again
T:2:14: error E0202: nic.mac: found the text "5"; allowed is a MAC address such as "52:54:00:12:34:56"
SAID
refused('the name of another case', 'csv', "Name,ip.address,nic.mac\n" .
	"a,10.0.0.2/8," . mac(1) . "\nb,10.0.0.3/8," . mac(1) . "\n", <<'SAID');
T:1:1: error E0802: Name: I has no such value
    fix: sealed are ip.address, ip.gateway, ip.hostname, nic.mac
T:1:1: error E0805: no column is called name
    fix: write name in place of Name
T:3: error E0806: nic.mac 52:54:00:00:00:01 is taken
    T:2: by this one
SAID
refused('semicolons', 'csv', "name;ip.address\na;10.0.0.2/8\n", <<"SAID");
T:1:1: error E0802: name;ip.address: I has no such value
    fix: write ip.address
T:1:1: error E0805: no column is called name
    fix: write a comma between two columns
T:1:1: error E0805: ip.address: $none
    fix: add a column ip.address
T:1:1: error E0805: nic.mac: $none
    fix: add a column nic.mac
SAID
refused('an empty file', 'csv', '', <<'SAID');
T:1:1: error E0805: it is empty
    fix: start with a line that names the columns: name,INSTANCE.SETTING,...
SAID
refused('an empty first line', 'csv', "\n$head$good", <<'SAID');
T:1:1: error E0805: the first line is empty
    fix: start with a line that names the columns: name,INSTANCE.SETTING,...
SAID
refused('a first line alone', 'csv', "$head\n", <<'SAID');
T: error E0805: it has no row
SAID
refused('UTF-16', 'csv', "\xff\xfen\0a\0", <<'SAID');
T:1:4: error E0805: a zero byte
SAID
refused('bytes that are no UTF-8', 'csv', $head .
	"a,10.0.0.2/8," . mac(1) . ",\"\xc0\x80\"\n", <<"SAID");
T:2:32: error E0203: ip.hostname: found the text "\\xc0\\x80"; a text is UTF-8 without a zero byte
SAID
refused('names that are none', 'csv', $head . join('', map {
	"$_->[0],10.0.0.$_->[1]/8," . mac($_->[1]) . ",x\n" } ['A', 2],
	['..', 3], ['a/b', 4], ["a\e[2J", 5], ['x' x 65, 6], ['-', 7],
	['a.b', 8], ['x' x 300, 9]), join '', map {
	"T:" . ($_->[1]) . ":1: error E0805: name: found \"$_->[0]\"; a name is a " .
	"letter a-z, then a-z, 0-9, - and _, 64 at most\n" } ['A', 2],
	['..', 3], ['a/b', 4], ['a\x1b[2J', 5], ['x' x 65, 6], ['-', 7],
	['a.b', 8], ['x' x 80, 9]);
refused('MACs and addresses written otherwise', 'csv', $head .
	"a,10.0.0.2/8,52:54:00:ab:cd:ef,x\n" .
	"b,10.0.0.2/24,52:54:00:AB:CD:EF,x\n" .
	"c,10.0.0.4/8,52-54-00-ab-cd-ef,x\n" .
	"d,10.0.0.05/8,52:54:0:ab:cd:ef,x\n", <<"SAID");
T:3: error E0806: b: ip.address 10.0.0.2 is taken
    T:2: by a
T:3: error E0806: b: nic.mac 52:54:00:ab:cd:ef is taken
    T:2: by a
T:4:14: error E0202: nic.mac: found the text "52-54-00-ab-cd-ef"; allowed is a MAC address such as "52:54:00:12:34:56"
T:5:3: error E0202: ip.address: found the text "10.0.0.05/8"; $allowed
T:5:15: error E0202: nic.mac: found the text "52:54:0:ab:cd:ef"; allowed is a MAC address such as "52:54:00:12:34:56"
SAID
refused('a field of 20 million bytes', 'csv', $head .
	"a,10.0.0.2/8," . mac(1) . ',' . 'x' x 20_000_000 . "\n", <<'SAID');
T:2:32: error E0203: ip.hostname: found a text of 20000000 bytes; no value is longer than 16320
SAID

# In batches of 64 rows, each in a process of its own.
my @far = map { sprintf "m%d,10.0.%d.%d/8,52:54:00:00:%02x:%02x,x\n", $_,
	map { $_ >> 7, ($_ & 127) + 2 } ($_) x 2 } 0 .. 299;
$far[70] =~ s/10/300/;
$far[130] = "m3\n";
$far[200] =~ s/m200/m1/;
$far[290] =~ s/,x/,x,y/;
my $where = $far[70] =~ s/.*,(300[^,]*),.*/$1/sr;
refused('rows that are far apart', 'csv', $head . join('', @far), <<"SAID");
T:72:5: error E0202: ip.address: found the text "$where"; $allowed
T:132:1: error E0805: 1 field, where the first line names 4
T:202: error E0806: m1: the name is taken
    T:3: by m1
T:292:1: error E0805: 5 fields, where the first line names 4
SAID

# A hundred thousand columns: each is told once, and no two are compared.
my @wide = map { "c$_" } 1 .. 100_000;
($status, $said) = fleet('csv', join(',', @wide) . "\n" . join(',', @wide) . "\n");
is($status, 1, 'very many columns: status 1');
is(scalar(() = $said =~ /E0802: c\d+: I has no such value/g), 100_000,
   'very many columns: each is told');

# ---- In Lua ---------------------------------------------------------------------------

my $row = '["ip.address"] = "10.0.0.%d/8", ["nic.mac"] = "52:54:00:00:00:%02x"';
sub row { return sprintf "{ name = \"$_[0]\", $row }", $_[1], $_[1] }
refused('rows in Lua', 'lua', join("\n", 'return {', row('a', 2) . ',',
	row('B', 3) . ',', '5,', '{ "x" },', row('a', 4) . ',',
	row('c', 4) =~ s/mac/mc/r . ',', row('d', 5) =~ s/"52[^"]*"/{}/r . ',',
	row('e', 6) =~ s/"52[^"]*"/1.5/r . ',', row('f', 2) . ' }') . "\n",
	<<'SAID');
T:3:10: error E0805: name: found "B"; a name is a letter a-z, then a-z, 0-9, - and _, 64 at most
T:4:1: error E0805: found 5; a row is { name = "NAME", ... }
T:5:1: error E0805: a value without a key
T:6:1: error E0806: a: the name is taken
    T:2:1: by a
T:7:1: error E0805: nic.mac: neither the row nor the image gives it a value
T:7:59: error E0802: nic.mc: I has no such value
    fix: write nic.mac
T:7:1: error E0806: c: ip.address 10.0.0.4 is taken
    T:6:1: by a
T:8:60: error E0805: nic.mac: found a table; a cell is a text, a whole number, true or false
T:9:60: error E0805: nic.mac: found 1.5; a cell is a text, a whole number, true or false
T:10:1: error E0806: f: ip.address 10.0.0.2 is taken
    T:2:1: by a
T:10:1: error E0806: f: nic.mac 52:54:00:00:00:02 is taken
    T:2:1: by a
SAID
refused('rows that Lua computes', 'lua', "local rows = {}\n" .
	"for i = 1, 70 do rows[i] = { name = i == 66 and 'B' or 'm' .. i, " .
	"['ip.address'] = '10.0.0.' .. i + 1 .. '/8', ['nic.mac'] = " .
	"'52:54:00:00:00:' .. 10 + (i == 70 and 5 or i) } end\nreturn rows\n",
	<<'SAID');
T, row 66: error E0805: name: found "B"; a name is a letter a-z, then a-z, 0-9, - and _, 64 at most
T, row 70: error E0806: m70: nic.mac 52:54:00:00:00:15 is taken
    T, row 5: by m5
SAID
refused('no list', 'lua', 'return { name = "a" }', <<'SAID');
T: error E0805: it returns a table with the text name for a key; those of a list of rows are 1, 2, 3 and so on
SAID
refused('a list with a hole', 'lua', "return {\n" . row('a', 2) . ", nil,\n" .
	row('b', 3) . " }\n", <<'SAID');
T: error E0805: it returns a table with a number that is not the next one for a key; those of a list of rows are 1, 2, 3 and so on
SAID
refused('no row', 'lua', 'return {}', "T: error E0805: it has no row\n");
refused('nothing', 'lua', '', <<'SAID');
T: error E0805: it returns nothing; a table returns a list of rows
    fix: end it with return { { name = "NAME", ... }, ... }
SAID
done_testing();
