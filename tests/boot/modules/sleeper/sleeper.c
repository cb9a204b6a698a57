/* SPDX-License-Identifier: ISC */
/*
 * Does nothing but wait for alarms. Ends with exit 0 only if it woke for these
 * and hardly ever else, none came early, time never went back, and Xen ran it
 * for less than a tenth of the time; prints how long, by Xen's own account.
 */
#include <unicc/clock.h>
#include <unicc/kernel.h>
#include <unicc/wallclock.h>
#include <xen/event.h>
#include <xen/hypercall.h>
#include <xen/suspend.h>
#include <xen/vcpu.h>

enum { WAKES_MORE = 4 };

static unsigned alarms;
static uint64_t next_ns, started_ns, running_ns, wakes;
static unsigned complaints;

static void
complain(const char *what)
{
	complaints++;
	kernel_log(instance_name, "%s", what);
}

/* How long Xen has run us. */
static uint64_t
used_ns(void)
{
	struct vcpu_runstate_info state = { 0 };
	struct vcpu_runstate_info *argument = &state;
	unsigned operation = VCPUOP_get_runstate_info, cpu = 0;
	long result;

	HYPERCALL(result, __HYPERVISOR_vcpu_op, "+D"(operation), "+S"(cpu),
		  "+d"(argument));
	if (result != 0)
		complain("no account of the CPU");
	return state.time[RUNSTATE_running];
}

int
sleeper_start(void)
{
	/* Patience without an event: the wait ends by itself, and on time. */
	uint64_t before_ns = clock_monotonic_ns();

	if (event_wait(1, 20000000) && !event_take(1))
		complain("raised, and not to be taken");
	while (event_wait(1, 20000000))
		event_take(1);
	if (clock_monotonic_ns() - before_ns < 20000000)
		complain("a wait ended early");
	started_ns = clock_monotonic_ns();
	next_ns = started_ns + sleeper_pause_ns;
	running_ns = used_ns();
	return 0;
}

static _Noreturn void
leave(uint64_t now_ns)
{
	uint64_t used = used_ns() - running_ns;

	kernel_log(instance_name, "%u us of %u ms, %u wakes for %u alarms",
		   used / 1000, (now_ns - started_ns) / 1000000, wakes,
		   (uint64_t)alarms);
	if (used > (now_ns - started_ns) / 10 || wakes > alarms + WAKES_MORE)
		complain("it has not slept");
	if (wallclock_unix_s() < 1700000000)
		complain("a date of the past");
	kernel_exit(complaints != 0);
}

bool
sleeper_event(void)
{
	static uint64_t last_ns;
	uint64_t now_ns = clock_monotonic_ns();

	wakes++;
	if (now_ns < last_ns)
		complain("time went back");
	last_ns = now_ns;
	if (now_ns < next_ns)
		return false;
	next_ns = now_ns + sleeper_pause_ns;
	alarms++;
	if (alarms == sleeper_suspend_at) {
		kernel_log(instance_name, "goes to sleep");
		kernel_log(instance_name, "suspend said %u",
			   (uint64_t)platform_suspend());
		running_ns = used_ns();
		started_ns = clock_monotonic_ns();
		next_ns = started_ns + sleeper_pause_ns;
	}
	if (alarms == sleeper_alarms)
		leave(now_ns);
	return false;
}

uint64_t
sleeper_deadline_ns(void)
{
	return next_ns;
}
