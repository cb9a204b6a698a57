#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# What the audit says of code holds where the code is meant to mislead it: parts
# of registers, constants met by two ways, chosen pointers, stacks that grow by
# what is computed, that are aligned, or that a function enters twice.
use strict;
use warnings;
use Test::More;

use FindBin;
use lib "$FindBin::Bin/../lib";
use Audit;

my $unicc = Audit::enter('audit-code');

# Each function, with what it must be said to do; "-": computed.
my @cases = (
	[ 'adds_to_low', 'port read 0x3fd', <<'END' ],
	__asm__ volatile("movl $0x3f8, %%edx\n\taddb $5, %%dl\n\tinb %%dx, %%al"
		     : : : "rax", "rdx");
END
	[ 'sets_low', 'port read 0x3f0', <<'END' ],
	__asm__ volatile("movl $0x3f8, %%edx\n\tmovb $0xf0, %%dl\n\tinb %%dx, %%al"
		     : : : "rax", "rdx");
END
	[ 'sets_high', 'port write 0x1f8', <<'END' ],
	__asm__ volatile("movl $0x3f8, %%edx\n\tmovb $1, %%dh\n\toutb %%al, %%dx"
		     : : : "rdx");
END
	[ 'sets_half', 'port write 0x2f8', <<'END' ],
	__asm__ volatile("movl %0, %%edx\n\tmovw $0x2f8, %%dx\n\toutb %%al, %%dx"
		     : : "r"(zero) : "rdx");
END
	[ 'reads_high', 'port read 0x3', <<'END' ],
	__asm__ volatile("movl $0x3f8, %%eax\n\tmovzbl %%ah, %%edx\n\tinb %%dx, %%al"
		     : : : "rax", "rdx");
END
	[ 'compares', 'MSR read 0x10', <<'END' ],
	__asm__ volatile("movl $0x10, %%ecx\n\tcmpl $7, %%ecx\n\ttestl %%ecx, %%ecx\n\t"
		     "rdmsr" : : : "rax", "rcx", "rdx");
END
	[ 'chooses', 'port read -', <<'END' ],
	__asm__ volatile("movl $0x3f8, %%edx\n\ttestl %0, %0\n\tje 1f\n\t"
		     "movl $0x2f8, %%edx\n1:\tinb %%dx, %%al"
		     : : "r"(zero) : "rax", "rdx");
END
	[ 'loops', 'port read -', <<'END' ],
	__asm__ volatile("movl $0x3f8, %%edx\n1:\tinb %%dx, %%al\n\tincl %%edx\n\t"
		     "cmpl $0x3ff, %%edx\n\tjne 1b" : : : "rax", "rdx");
END
	[ 'jumps_by_table', 'MSR read -', <<'END' ],
	static const void *const to[] = { &&first, &&second };

	goto *to[zero & 1];
second:	__asm__ volatile("movl $0x11, %%ecx" : : : "rcx");
first:	__asm__ volatile("rdmsr" : : : "rax", "rdx");
END
	[ 'traps', 'trap 0x82', <<'END' ],
	__asm__ volatile("int $0x82");
END
	[ 'stores_chosen', 'function pointer stored one of several', <<'END' ],
	changing = zero ? traps : loops;
END
	[ 'stores', 'function pointer stored traps', <<'END' ],
	changing = traps;
END
	[ 'loads_chosen', 'function pointer stored one of several', <<'END' ],
	static void (*const of[])(void) = { traps, loops, compares };

	changing = of[zero & 1];
END
);

# Stacks: another of the same hook, the bytes that it takes at least, and what
# is said besides.
my @stacks = (
	[ 'small', 0, 2000, {}, "\tuse(small, 1);\n" ],
	[ 'aligned', 4096 + 1024, 10000, {}, <<'END' ],
	__attribute__((aligned(4096))) volatile char big[1024];

	use((void *)big, 1024);
END
	[ 'grows_in_loop', 0, undef, { unbounded => ['grows_in_loop'] }, <<'END' ],
	__asm__ volatile("movq %%rsp, %%rbx\n1:\tpushq $0\n\tdecl %0\n\tjne 1b\n\t"
		     "movq %%rbx, %%rsp" : : "r"(zero + 4) : "rbx", "memory");
END
	[ 'takes_computed', 0, undef, { unbounded => ['takes_computed'] }, <<'END' ],
	volatile char *bytes = __builtin_alloca((unsigned)zero + 64);

	use((void *)bytes, 64);
END
	[ 'deeper_behind', 3000, 6000, {}, <<'END' ],
	__asm__ volatile("jmp 3f\n1:\tpushq $0\n\taddq $8, %%rsp\n\tjmp 4f\n"
		     "3:\tsubq $3000, %%rsp\n\tjmp 1b\n4:\taddq $3000, %%rsp"
		     : : : "memory");
END
	[ 'enters_itself', 0, 6000, { recursions => ['enters_itself'] }, <<'END' ],
	volatile char bytes[256];

	bytes[zero & 255] = 1;
	if (bytes[3] != 0)
		enters_itself();
	use((void *)bytes, 256);
END
);

sub write_module {
	my ($start, @functions) = @_;
	mkdir 'probe';
	Audit::put('probe/module.lua', <<'END');
return module { summary = "does as it is told", sources = { "probe.c" }, hooks = { "start" }, settings = {} }
END
	Audit::put('probe/probe.c', join '', <<'END', (map { <<"END" } @functions), <<"END");
#include <unicc/types.h>

static volatile int zero;
static void (*volatile changing)(void);

__attribute__((noinline)) static void
use(void *bytes, unsigned count)
{
	__asm__ volatile("" : : "r"(bytes), "r"(count) : "memory");
}

END
__attribute__((noinline)) static void
$_->[0](void)
{
$_->[1]}

END
int
probe_start(void)
{
$start	(void)changing;
	(void)use;
	return 0;
}
END
	Audit::put('probe.lua', <<'END');
image { name = "probe", platform = "qemu.microvm", memory = 4 * MiB }
a = probe {}
END
	is(Audit::build('probe.lua', 'out'), '', "$functions[-1][0] is built");
	system "$unicc audit --json out >audit.json";
	return JSON::PP::decode_json(Audit::slurp('audit.json'));
}

my $audit = write_module(join('', map { "\t$_->[0]();\n" } @cases),
	map { [ $_->[0], $_->[2] ] } @cases);
for my $case (@cases) {
	my ($name, $wanted) = @$case;
	my %said;
	for my $fact (@{ $audit->{facts} }) {
		next if $fact->{symbol} ne $name ||
			$fact->{kind} eq 'call through a pointer';
		my $what = $fact->{target} // ($fact->{kind} =~ /pointer/ ?
			'one of several' : defined $fact->{number} ?
			sprintf('%#x', $fact->{number}) : '-');
		$said{"$fact->{kind} $what"} = 1;
	}
	is(join(', ', sort keys %said), $wanted, $name);
}

for my $case (@stacks) {
	my ($name, $least, $most, $more, $body) = @$case;
	$audit = write_module("\t$name();\n", [ $name,
		$body =~ s/use\(small, 1\)/use((void *)&changing, 1)/r ]);
	my ($stack) = grep { $_->{name} eq 'stack' } @{ $audit->{stacks} };
	if (defined $most) {
		cmp_ok($stack->{direct_bytes}, '>=', $least, "$name takes it");
		cmp_ok($stack->{direct_bytes}, '<=', $most, "$name, not more");
	} else {
		is($stack->{direct_bytes}, undef, "$name has no bound");
	}
	is_deeply($stack->{unbounded}, $more->{unbounded} // [],
		"$name, and who has none");
	is_deeply([ grep { /$name/ } @{ $stack->{recursions} } ],
		$more->{recursions} // [], "$name, and who is entered again");
}
done_testing();
