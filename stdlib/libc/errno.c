/* SPDX-License-Identifier: ISC */
/* errno is a plain integer: there is one thread. */
#include <errno.h>

int *__errno_location(void);
int *___errno_location(void);

static int value;

int *
__errno_location(void)
{
	return &value;
}

/* musl's internal name for the same. */
int *
___errno_location(void)
{
	return &value;
}
