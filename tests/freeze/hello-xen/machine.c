/* The machine hello-xen: who starts, in which order. Written by unicc. */
#include <unicc/kernel.h>

int app_start(void);

const char machine_name[] = "hello-xen";
const bool machine_has_events = false;

/* Instances that have started. */
static unsigned started_count;

void
machine_start(void)
{
	kernel_instance = "app";
	kernel_started(kernel_instance, app_start());
	started_count = 3;
}

bool
machine_event(void)
{
	bool again = false;

	return again;
}

void
machine_arm(void)
{
}

void
machine_stop(void)
{
}
