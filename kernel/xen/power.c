/* SPDX-License-Identifier: ISC */
/*
 * The end of a domain. What the console still holds is read by a daemon of
 * the host, which loses what it has not read when the domain goes: it is
 * waited for, bounded.
 */
#include <unicc/kernel.h>
#include <machine.h>
#include <event.h>
#include <hypercall.h>
#include <power.h>
#include <start_info.h>
#include <suspend.h>
#include <xen/io/console.h>

enum { DRAIN_STEPS_MAX = 20 };
#define DRAIN_STEP_NS 50000000u

static bool is_reboot;

void
power_reboot_at_exit(void)
{
	is_reboot = true;
}

int
platform_suspend(void)
{
	return E_ABSENT;
}

static void
drain_console(void)
{
	volatile struct xencons_interface *ring = start_info_given.console.page;
	unsigned steps;

	if (ring == NULL)
		return;
	for (steps = 0; steps < DRAIN_STEPS_MAX; steps++) {
		if (ring->out_cons == ring->out_prod)
			return;
		event_take(start_info_given.console.port);
		if (ring->out_cons == ring->out_prod)
			return;
		event_wait(start_info_given.console.port, DRAIN_STEP_NS);
	}
}

_Noreturn void
platform_power_off(unsigned status)
{
	struct sched_shutdown shutdown = {
		.reason = status == KERNEL_STATUS_PANIC ? SHUTDOWN_crash :
			  is_reboot ? SHUTDOWN_reboot : SHUTDOWN_poweroff,
	};

	drain_console();
	for (;;)
		hypercall_sched_op(SCHEDOP_shutdown, &shutdown);
}
