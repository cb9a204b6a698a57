/* SPDX-License-Identifier: ISC */
/* Build-time code of a stranger, in every way that unicc must survive. */
enum {
	NOTHING, COMPLAINS, CRASHES, HANGS, OVERFLOWS, CALLS, ANSWERS_WILD,
	WRITES, FORGES, WAITS, LEAVES, CLOSES, ESCAPES, KNOWS_TIME,
};
/* System calls of x86-64 Linux. */
enum { SYS_read = 0, SYS_write = 1, SYS_close = 3, SYS_getpid = 39,
       SYS_exit = 60 };

static volatile int sink;

static int
overflow(int depth)
{
	volatile char page[4096];

	page[0] = (char)depth;
	return overflow(depth + 1) + page[0];
}

/* There is no assembly; a constant inside an instruction is code as well:
 * mov %edi, %eax; syscall; ret. */
__attribute__((noinline, used)) static uint64_t
gadget(void)
{
	return 0x00c3050ff889;
}

/* The number of the call is its first argument too. */
static long
system_call(long number, const void *second, long third)
{
	return ((long (*)(long, const void *, long))((uintptr_t)gadget + 2))(
		number, second, third);
}

/* rdtsc; ret */
__attribute__((noinline, used)) static uint64_t
clock_gadget(void)
{
	return 0x01000000c3310f;
}

const char *
hostile_behave(uint8_t does)
{
	/* The answer to the first call, then, is that all is well. */
	static const uint64_t forged[] = { 1, 8, UINT64_MAX };
	static char byte;

	switch (does) {
	case COMPLAINS:
		return "this is not to its taste";
	case CRASHES:
		*(volatile int *)16 = 1;
		break;
	case HANGS:
		for (;;)
			sink = 1;
	case OVERFLOWS:
		sink = overflow(0);
		break;
	case CALLS:
		sink = (int)system_call(SYS_getpid, 0, 0);
		break;
	case ANSWERS_WILD:
		return (const char *)16;
	case WRITES:
		system_call(SYS_write, "what is no answer at all", 24);
		break;
	case FORGES:
		system_call(SYS_write, forged, sizeof forged);
		return "this is not to its taste";
	case WAITS:
		for (;;)
			system_call(SYS_read, &byte, 1);
	case LEAVES:
		system_call(SYS_exit, 0, 0);
		break;
	case CLOSES:
		system_call(SYS_close, 0, 0);
		break;
	case ESCAPES:
		return "\033[31mred";
	case KNOWS_TIME:
		sink = (int)((uint64_t (*)(void))((uintptr_t)clock_gadget +
						  2))();
		break;
	default:
		break;
	}
	return (const char *)0;
}

/* As many 7s as asked for, whatever the bound is. */
size_t
hostile_fill(uint32_t count, uint8_t *result, size_t result_max)
{
	uint32_t i;

	for (i = 0; i < count && i < result_max; i++)
		result[i] = '7';
	return count;
}

bool
hostile_yes(uint8_t how)
{
	return *(volatile bool *)&how;
}

/* What it was called for before, if anything of that were left. */
uint32_t
hostile_count(uint32_t number)
{
	static uint32_t calls;

	calls += number;
	return calls;
}
