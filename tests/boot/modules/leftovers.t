#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The file that boots holds no section, no symbol, no name of a source file or
# folder, and no formatter of the C library.
use strict;
use warnings;
use FindBin qw($Bin);
use lib $Bin;
use Boot;
use File::Temp qw(tempdir);
use Test::More;

my $folder = tempdir(CLEANUP => 1);
my ($status, $said) =
	Guest::unicc("$Guest::root/configs/web.lua", '-o', $folder);
is($status, 0, 'web is built') or diag($said);
my $image = Guest::slurp("$folder/web.elf");
my ($sections_at, $sections) = unpack 'x40 Q< x12 S<', $image;
is($sections_at + $sections, 0, 'it has no section headers');
unlike($image, qr/\Q$Guest::root\E/, 'no folder of the build machine');
unlike($image, qr{\b[a-z_0-9]+\.[chS]\0}, 'no name of a source file');
unlike($image, qr/\b(?:__stack_chk_|kernel_panic|virtqueue_|tcp_input)/,
	'no symbol');
my $names = `llvm-nm-19 '$folder/web.debug'`;
like($names, qr/ __stack_chk_fail$/m, 'functions are guarded');
unlike($names, qr/ [a-z]*(?:printf|scanf)$/m, 'nothing knows %n');
unlike($names, qr/ (?:malloc|calloc|realloc|free)$/m, 'there is no heap');
done_testing();
