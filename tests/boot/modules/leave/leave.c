/* SPDX-License-Identifier: ISC */
/* Says what it is asked, and leaves with a status. */
#include <unicc/kernel.h>

static uint64_t events;

int
leave_start(void)
{
	return leave_error;
}

bool
leave_event(void)
{
	if (++events == leave_events)
		kernel_exit(leave_status);
	return true;
}

void
leave_stop(void)
{
	kernel_log(instance_name, "stop after %u events, %x in hex, %s %%",
		   events, events, "text");
}
