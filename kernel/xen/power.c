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
#include <system_time.h>
#include <xen/io/console.h>

#define DRAIN_NS_MAX 1000000000u

static bool is_reboot;

void
power_reboot_at_exit(void)
{
	is_reboot = true;
}

static void
drain_console(void)
{
	volatile struct xencons_interface *ring = start_info_given.console.page;
	uint32_t port = start_info_given.console.port;
	uint64_t end_ns = system_time_ns() + DRAIN_NS_MAX;
	uint64_t now_ns;

	while (ring != NULL && ring->out_cons != ring->out_prod &&
	       (now_ns = system_time_ns()) < end_ns) {
		if (event_wait(port, end_ns - now_ns))
			event_take(port);
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
