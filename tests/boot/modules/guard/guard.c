/* SPDX-License-Identifier: ISC */
/* The one thing no image should tell: what its guard is on this boot. */
#include <stdint.h>
#include <unicc/kernel.h>

extern const uint64_t __stack_chk_guard;

int
guard_start(void)
{
	kernel_log(instance_name, "guard %x", __stack_chk_guard);
	return 0;
}
