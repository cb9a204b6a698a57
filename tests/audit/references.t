#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What refers to a thing is known exactly, wherever before or behind it the
# address in the code lies: a table counted from elsewhere than 0 is there
# because of who uses it, and of nobody else.
use strict;
use warnings;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-references');
mkdir 'app';
Audit::put('app/module.lua', <<'END');
return module {
  summary  = "Tables that are counted from elsewhere",
  requires = { console = "console" },
  sources  = { "app.c" },
  hooks    = { "start", "stop" },
}
END
Audit::put('app/app.c', <<'END');
#include <unicc/console.h>
#include <unicc/types.h>

typedef unsigned long word;
#define OUT_OF_LINE static __attribute__((noinline))

static const word early[] = { 11, 12, 13, 14 };
static const word late[] = { 21, 22, 23, 24 };
static const word far[] = { 31, 32, 33, 34 };
static const word last[] = { 41, 42, 43, 44 };
static unsigned char flag_before, flag, flag_behind;
static volatile word app_seed = 2;

OUT_OF_LINE word
one_before(word i)
{
	return early[i - 1];
}

OUT_OF_LINE word
much_before(word i)
{
	return far[i - 40];
}

OUT_OF_LINE word
past_the_end(word i)
{
	return (late + 4)[-(long)i];
}

/* An immediate follows the address. */
OUT_OF_LINE void
set_flag(void)
{
	flag = 1;
}

OUT_OF_LINE word
get_flags(void)
{
	return flag_before + flag + flag_behind;
}

OUT_OF_LINE void
set_others(word i)
{
	flag_before = (unsigned char)i;
	flag_behind = (unsigned char)(i + 1);
}

int
app_start(void)
{
	word n = one_before(app_seed) + much_before(app_seed + 40);

	set_flag();
	console_write((const char *)&n, sizeof n);
	return 0;
}

void
app_stop(void)
{
	word n = past_the_end(app_seed) + last[app_seed] + get_flags();

	set_others(n);
	console_write((const char *)&n, sizeof n);
}
END
Audit::put('c.lua', <<'END');
image { name = "c", platform = "qemu.microvm", memory = 4 * MiB }
main = app {}
END
is(Audit::build('c.lua', 'c'), '', 'an image');

# The test is one only if the addresses do lie elsewhere.
my $code = `objdump -d --no-show-raw-insn c/c.debug`;
my %address = map { /^(\w+) \w (\w+)$/ ? ($2 => hex $1) : () } `nm c/c.debug`;
like($code, qr/<one_before>:\n.*@{[ sprintf '%x', $address{early} - 8 ]}\b/,
	'one before');
like($code, qr/<much_before>:\n.*@{[ sprintf '%x', $address{far} - 320 ]}\b/,
	'much before');
like($code, qr/<past_the_end>:\n(?:.*\n){0,3}.*@{[
	sprintf '%x', $address{late} + 32 ]}\b/, 'one past the end');
like($code, qr/<set_flag>:\n.*movb +\$0x1,/, 'an immediate behind the address');

# Every function on some way to a thing: the last but one of each.
for (
	[ early => 'one_before' ], [ far => 'much_before' ],
	[ late => 'past_the_end' ], [ last => 'main_stop' ],
) {
	my ($thing, $user) = @$_;
	my $said = qx{$unicc why c $thing};
	is($?, 0, "why $thing");
	like($said, qr/^ +$user .*\n +$thing /m, "$thing is used by $user");
}

# The same from what is kept beside the image as from the build.
my $kept = Audit::slurp('c/audit.json');
my $again = qx{$unicc audit c --json};
is(substr($again, 0, length($kept) - 3), substr($kept, 0, -3),
	'asked again, the answer is the same');

# Each reference of the objects, as the assembler has it: of each function the
# tables that the source names, and no others.
my $audit = Audit::read_folder('c');
my @nodes = Audit::table($audit, 'nodes');
my %targets = map { $_->{at} => $_->{address} } Audit::table($audit, 'targets');
my ($set) = grep { $_->{name} eq 'set_flag' } @nodes;
my @set = grep { $_ >= $set->{address} &&
	$_ < $set->{address} + $set->{size} } keys %targets;
is_deeply([ map { $targets{$_} } @set ], [ $address{flag} ],
	'the flag that is set, and not the one before it');
done_testing();
