/* SPDX-License-Identifier: ISC */
/*
 * The thread of an image is one object at a fixed place (thread.c): musl's
 * own header reads it from %fs:0, where an image has no page.
 */
#include <stdint.h>

struct __pthread;
extern struct __pthread libc_thread;

static inline uintptr_t
__get_tp(void)
{
	return (uintptr_t)&libc_thread;
}

#define MC_PC gregs[REG_RIP]
