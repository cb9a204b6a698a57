#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What other programs are told about the catalogue is whole, in their own
# syntax, and true: LuaCATS definitions, luacheck's standard, the manual page.
use strict;
use warnings;
use Cwd 'abs_path';
use File::Basename;
use JSON::PP;
use Test::More;

use lib dirname(abs_path($0)) . '/lib';
use Transcript;

chdir dirname(abs_path($0)) . '/..' or die "cannot enter the repository: $!";
my $unicc = abs_path('./unicc');
my $folder = 'build/test-catalogue';
my $transcript = Transcript->new(unicc => $unicc, folder => $folder);
my $modules = decode_json(scalar `$unicc modules --json`);

sub say_to {
	my ($name, $command) = @_;
	my $text = `$unicc $command`;
	is($?, 0, "unicc $command");
	$transcript->write($name, $text);
	return $text;
}

# ---- LuaCATS ---------------------------------------------------------------

my $definitions = say_to('unicc.lua', 'doc --luacats');
is(system("luac5.4 -p $folder/unicc.lua"), 0, 'definitions: it is Lua');
my %defined = map { $_ => 1 }
    $definitions =~ /^---\@(?:class|alias) (?:\(exact\) )?(unicc[\w.]*)/mg;
my %named = map { $_ => 1 } map { /\b(unicc\.[\w.]*\w)/g }
    $definitions =~ /^---\@(?:class|field|param|return|generic) (.*)/mg;
is_deeply([grep { !$defined{$_} } sort keys %named], [],
	  'definitions: every type named is defined');
for my $module (@$modules) {
	my $name = $module->{name};
	my ($class) = $definitions =~
	    /^---\@class \(exact\) unicc\.$name\.settings\n(.*?)\n\n/ms;
	my %fields = ($class // '') =~ /^---\@field (\w+\??) (.*)$/mg;
	my @expected = sort((map { "$_->{slot}?" } @{ $module->{requires} }),
		map { $_->{name} . ($_->{required} ? '' : '?') }
		    @{ $module->{settings} });
	is_deeply([sort keys %fields], \@expected,
		  "definitions: the keys of $name");
	like($definitions, @{ $module->{functions} }
	     ? qr/fun\(settings: unicc\.$name\.settings\): unicc\.$name\n$name = /
	     : qr/^function $name\(settings\) end$/m,
	     "definitions: $name");
}

# The words of every configuration: those that unicc has, and no others.
my %words;
for my $source (glob 'compiler/*.c') {
	my $text = Transcript::slurp($source);
	while ($text =~ /luaL_Reg (?:script_)?(\w+)_words\[\] = \{(.*?)\n\};/gs) {
		my ($group, $rows) = ($1, $2);
		$words{ $group eq 'basic' ? $_ : "$group.$_" } = 1
		    for $rows =~ /\{ "(\w+)",/g;
	}
	$words{$_} = 1 for $text =~
	    /lua_pushcfunction\(L, word_\w+\);\n\tlua_setfield\(L, -2, "(\w+)"/g;
}
# Its name, or its functions where it has some: then the name is a table.
sub callable {
	my ($module) = @_;
	my $name = $module->{name};
	my @functions = map { "$name.$_->{name}" } @{ $module->{functions} };
	return @functions ? @functions : $name;
}
is_deeply([sort $definitions =~ /^function ([\w.]+)\(/mg],
	  [sort keys %words, map { callable($_) } @$modules],
	  'definitions: every word of unicc, and no other');

# ---- luacheck --------------------------------------------------------------

sub luacheck {
	my (@files) = @_;
	return `luacheck --no-color --codes --config $folder/luacheckrc @files`;
}

say_to('luacheckrc', 'doc --luacheck');
for my $file (glob 'configs/*.lua stdlib/*/module.lua drivers/*/module.lua') {
	my $said = luacheck($file);
	is($?, 0, "luacheck: $file") or diag($said);
}
$transcript->write('wrong.lua', <<'LUA');
image { name = "t", platform = "qemu.microvm", memory = 4 * MB }
app = helo { message = text.uper("x") }
LUA
my $said = luacheck("$folder/wrong.lua");
like($said, qr/:1:61: \(W113\).*.MB.$/m, 'luacheck: an unknown unit');
like($said, qr/:2:7: \(W113\).*.helo.$/m, 'luacheck: an unknown module');
like($said, qr/:2:24: \(W143\).*uper/m, 'luacheck: an unknown word of text');
like($said, qr/^Total: 3 warnings/m, 'luacheck: nothing else');

# ---- The manual page -------------------------------------------------------

my $page = say_to('unicc-modules.7', 'doc --man');
my @findings = grep { !/referenced manual not found/ }
    `mandoc -T lint $folder/unicc-modules.7`;
is_deeply(\@findings, [], 'manual: mandoc finds nothing');
for my $module (@$modules) {
	my ($section) = $page =~ /^\.Ss $module->{name}\n(.*?)(?=^\.S)/ms;
	my @keys = ($section // '') =~ /^\.It Cm (\w+)$/mg;
	is_deeply([sort @keys],
		  [sort map { $_->{slot} // $_->{name} }
			@{ $module->{requires} }, @{ $module->{settings} }],
		  "manual: the keys of $module->{name}");
}

# ---- A module of the user's -------------------------------------------------

$transcript->write('mine/module.lua', <<'LUA');
return module {
  summary = "A module with texts that other syntaxes treat apart",
  sources = { "mine.c" },
  settings = {
    text "odd" { default = "\\ ]] --[[ \" .", doc = ".Sh is a request? 'tis; a\\b." },
    choice "colour" { choices = { "red", "green" }, default = "red", doc = "Which." },
    list "hosts" { of = "ipv4", default = { "10.0.0.1" }, doc = "Whom." },
  },
}
LUA
my ($mine) = $transcript->run('unicc doc --luacats > mine.lua && luac5.4 -p mine.lua');
is($mine, '', 'definitions: texts do not get out of their comments');
my $text = Transcript::slurp("$folder/mine.lua");
like($text, qr/^---\@field colour\? "red"\|"green"$/m, 'definitions: a choice');
like($text, qr/^---\@field hosts\? string\[\]$/m, 'definitions: a list');
($mine) = $transcript->run('unicc doc --man > mine.7 && mandoc -T lint mine.7'
    . ' | grep -v "referenced manual"');
is($mine, '', 'manual: texts are not requests');
($mine) = $transcript->run('mandoc -T ascii mine.7 | col -b');
like($mine, qr/\.Sh is a request\?\s+'tis; a\\b\./, 'manual: they are shown');
done_testing();
