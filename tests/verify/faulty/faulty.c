/* SPDX-License-Identifier: ISC */
/* A fault in a function of its own. */
#include <unicc/kernel.h>

int faulty_start(void);

__attribute__((noinline)) static void
writes_to_nothing(void)
{
	*(volatile int *)8 = 1;
}

int
faulty_start(void)
{
	writes_to_nothing();
	return 0;
}
