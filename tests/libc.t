#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# Every file of the C library compiles, and what it wants is in the library
# too: one image refers to every public name of the index, and links.
use strict;
use warnings;
use FindBin qw($Bin);
use lib "$Bin/lib";
use Guest;
use Files 'write_file';
use File::Path qw(make_path);
use File::Temp qw(tempdir);
use Test::More;

my $cache = $ENV{XDG_CACHE_HOME} || "$ENV{HOME}/.cache";
my $folder = tempdir(CLEANUP => 1);

sub build {
	my ($name, $instance) = @_;
	write_file("$folder/$name.lua", 'image { name = "machine", memory = 4 * MiB, ' .
		"platform = \"qemu.microvm\" }\n$instance\n");
	return Guest::unicc("$folder/$name.lua");
}

# An index of its own, from the sources that are fetched once for all.
make_path("$cache/unicc/sources", "$folder/cache/unicc");
symlink "$cache/unicc/sources", "$folder/cache/unicc/sources"
	or die "symlink: $!";
$ENV{XDG_CACHE_HOME} = "$folder/cache";
my ($status, $said) = build('first', 'app = hello {}');
is($status, 0, 'hello builds') or diag($said);
my ($index) = glob "$folder/cache/unicc/libc/*/index-*";

# No image has a heap, which these want.
my $heap = qr/^(?:wcsdup|strn?dup|v?sscanf|vfscanf)$/;
my @names = grep { !/^_/ && !/$heap/ }
	Guest::slurp($index) =~ /^def (\w+)$/mg;
cmp_ok(scalar @names, '>', 200, 'the library is large');

# The scan takes these words of three files for names.
@names = grep { !/^(?:enum|arg|cookie)$/ } @names;
mkdir "$folder/all";
write_file("$folder/all/module.lua", 'return module { summary = "Refers to everything", ' .
	'sources = { "all.c" }, hooks = { "start" }, settings = {} }');
write_file("$folder/all/all.c", "#include <unicc/types.h>\n" .
	join('', map { "extern char all_$_\[] __asm__(\"$_\");\n" } @names) .
	'char *volatile table[] = { ' . join(', ', map { "all_$_" } @names) .
	" };\nint all_start(void) { return table[0] == table[1]; }\n");
($status, $said) = build('second', 'app = all {}');
is($status, 0, 'all of it links') or diag($said);
done_testing();
