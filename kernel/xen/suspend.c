/* SPDX-License-Identifier: ISC */
/* Suspending a domain: what PV and PVH have in common. */
#include <suspend.h>

int
platform_suspend(void)
{
	int error = shared_suspend();

	if (error != 0)
		return error;
	event_forget();
	grant_forget();
	system_time_continue();
	return 0;
}
