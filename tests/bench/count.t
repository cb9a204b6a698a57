#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# The plugin counts a guest whose instructions are known exactly.
use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

my $cache = ($ENV{XDG_CACHE_HOME} || "$ENV{HOME}/.cache") . '/unicc/bench';
plan skip_all => 'no source package of QEMU to be had'
	if system("$FindBin::Bin/header '$cache/qemu/qemu-plugin.h' 2>/dev/null");
plan tests => 5;

my $dir = tempdir(CLEANUP => 1);
is(system("gcc -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -fPIC -shared" .
	" -isystem '$cache/qemu' -o $dir/count.so $FindBin::Bin/count.c"), 0,
	'the plugin builds');

# A PVH guest: `before` runs ahead of what is counted.
sub guest_count {
	my ($name, $entry, $counted) = @_;
	open my $source, '>', "$dir/$name.S" or die "$name.S: $!";
	print $source <<"END";
	.section .note,"a",\@note
	.long 4, 4, 18
	.asciz "Xen"
	.long before
	.text
	.code32
	.globl before, counted
before:
	movl \$50, %ecx
1:	decl %ecx
	jnz 1b
	jmp counted
counted:
$counted
	jmp leave
leave:
	movl \$0xf4, %edx
	outb %al, %dx
	hlt
END
	close $source;
	system("clang-19 --target=x86_64-elf -c -o $dir/$name.o $dir/$name.S &&" .
		" ld.lld-19 -n -Ttext=0x100000 -e before -o $dir/$name.elf" .
		" $dir/$name.o") == 0 or die "$name.elf";
	my ($address) = `llvm-nm-19 $dir/$name.elf` =~ /^(\w+) T $entry$/m;
	system("timeout 10 qemu-system-x86_64 -M microvm,acpi=off -accel tcg" .
		" -nodefaults -no-user-config -display none -m 2 -no-reboot" .
		" -device isa-debug-exit,iobase=0xf4,iosize=4" .
		" -kernel $dir/$name.elf -plugin $dir/count.so," .
		"entry=0x$address,counter=$dir/counter </dev/null");
	open my $counter, '<:raw', "$dir/counter" or return -1;
	read $counter, my $words, 16;
	return join ' ', unpack 'Q2', $words;
}

# The last block, which outb leaves early, counts whole: three and a jump.
my $end = 3 + 1;
is(guest_count('loop', 'counted', <<'END'), (1 + 200 + $end) . ' 1',
	movl	$100, %ecx
1:	decl	%ecx
	jnz	1b
END
	'a loop counts each time round, from the entry on');
is(guest_count('all', 'before', ''), (1 + 100 + 1 + $end) . ' 1',
	'another entry counts what is before');
is(guest_count('rep', 'counted', <<'END'), (3 + 1001 + $end) . ' 1',
	movl	$0x100800, %esi
	movl	$0x101000, %edi
	movl	$1000, %ecx
	rep movsb
END
	'each iteration of a repeated instruction counts, and its end');
is(guest_count('one', 'counted', <<'END'), (1 + $end) . ' 1',
	nop
END
	'one instruction counts one');
