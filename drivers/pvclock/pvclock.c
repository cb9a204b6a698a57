/* SPDX-License-Identifier: ISC */
/*
 * Clock and date from the page shared with Xen. The alarm is the time-out of
 * the idle wait. The date is what Xen's own clock started at (xen.h,
 * shared_info.wc_sec) and follows when the host's is set.
 */
#include <unicc/clock.h>
#include <unicc/wallclock.h>
#include <xen/idle.h>
#include <xen/shared.h>
#include <xen/system_time.h>

#define NS_PER_S 1000000000u

uint64_t
clock_monotonic_ns(void)
{
	return system_time_ns();
}

void
clock_alarm(uint64_t deadline_ns)
{
	if (deadline_ns == UINT64_MAX)
		idle_alarm(0);
	else
		idle_alarm(deadline_ns == 0 ? 1 : deadline_ns);
}

uint64_t
wallclock_unix_s(void)
{
	volatile struct shared_info *info = &shared_page.info;
	uint64_t s, ns;
	uint32_t version;

	do {
		version = info->wc_version & ~1u;
		s = (uint64_t)info->wc_sec_hi << 32 | info->wc_sec;
		ns = info->wc_nsec;
	} while (version != info->wc_version);
	return s + (ns + system_time_of_xen(system_time_ns())) / NS_PER_S;
}
