/* SPDX-License-Identifier: ISC */
/* Build-time code of a stranger, in every way that unicc must survive. */
const char *hostile_behave(const char *does);

static volatile int hostile_sink;

static int
overflow(int depth)
{
	volatile char page[4096];

	page[0] = (char)depth;
	return overflow(depth + 1) + page[0];
}

static long
system_call(long number)
{
	long result;

	__asm__ volatile("syscall" : "=a"(result) : "a"(number)
			 : "rcx", "r11", "memory");
	return result;
}

const char *
hostile_behave(const char *does)
{
	switch (does[0] == 'c' ? does[1] : does[0]) {
	case 'o':	/* complains, overflows */
		if (does[0] == 'c')
			return "this is not to its taste";
		hostile_sink = overflow(0);
		break;
	case 'r':	/* crashes */
		*(volatile int *)16 = 1;
		break;
	case 'h':	/* hangs */
		for (;;)
			hostile_sink = 1;
	case 'a':	/* calls: getpid; answers_wild: a text that is none */
		if (does[0] == 'a')
			return (const char *)16;
		hostile_sink = (int)system_call(39);
		break;
	default:
		break;
	}
	return (const char *)0;
}
