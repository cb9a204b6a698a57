/* The machine hello: who starts, in which order. Written by unicc. */
#include <unicc/kernel.h>

int app_start(void);

const char machine_name[] = "hello";

/* Instances that have started. */
static unsigned started_count;

static inline __attribute__((always_inline)) void
machine_start_app(void)
{
	kernel_instance = "app";
	kernel_started(kernel_instance, app_start());
	started_count = 3;
}

void
machine_start(void)
{
	machine_start_app();
}
