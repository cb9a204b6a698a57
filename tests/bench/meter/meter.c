/* SPDX-License-Identifier: ISC */
/*
 * Prints how long Xen has run the domain, by its own account, in a period in
 * which nothing is asked of it: "NAME: N us, M wakes".
 */
#include <unicc/clock.h>
#include <unicc/kernel.h>
#include <xen/hypercall.h>
#include <xen/vcpu.h>

static uint64_t next_ns, used_before_ns, wakes;
static bool is_measuring;

static uint64_t
used_ns(void)
{
	struct vcpu_runstate_info state = { 0 };
	struct vcpu_runstate_info *argument = &state;
	unsigned operation = VCPUOP_get_runstate_info, cpu = 0;
	long result;

	HYPERCALL(result, __HYPERVISOR_vcpu_op, "+D"(operation), "+S"(cpu),
		  "+d"(argument));
	return result == 0 ? state.time[RUNSTATE_running] : 0;
}

int
meter_start(void)
{
	next_ns = clock_monotonic_ns() + meter_settle_ns;
	return 0;
}

bool
meter_event(void)
{
	uint64_t now_ns = clock_monotonic_ns();

	wakes++;
	if (now_ns < next_ns)
		return false;
	if (!is_measuring) {
		is_measuring = true;
		used_before_ns = used_ns();
		wakes = 0;
		next_ns = now_ns + meter_period_ns;
		return false;
	}
	next_ns = UINT64_MAX;
	kernel_log(instance_name, "%u us, %u wakes",
		   (used_ns() - used_before_ns) / 1000, wakes);
	return false;
}

uint64_t
meter_deadline_ns(void)
{
	return next_ns;
}
