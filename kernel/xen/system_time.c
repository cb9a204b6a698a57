/* SPDX-License-Identifier: ISC */
/*
 * Xen's clock (xen.h, vcpu_time_info): a moment, the time stamp of that
 * moment, and how fast time stamps grow.
 */
#include <cpu.h>
#include <shared.h>
#include <suspend.h>
#include <system_time.h>

static uint64_t latest_ns;
static uint64_t behind_ns;	/* Xen's clock stands so much before ours */

static uint64_t
xen_time_ns(void)
{
	volatile struct vcpu_time_info *time =
		&shared_page.info.vcpu_info[0].time;
	uint64_t stamps, ns;
	uint32_t version, scale;
	int8_t shift;

	/* Xen writes it when it runs us, not while we read for long. */
	do {
		version = time->version & ~1u;
		stamps = cpu_time_stamp() - time->tsc_timestamp;
		ns = time->system_time;
		scale = time->tsc_to_system_mul;
		shift = time->tsc_shift;
	} while (version != time->version);
	/* A time stamp of another CPU may stand a little back. */
	if ((int64_t)stamps < 0)
		stamps = 0;
	stamps = shift < 0 ? stamps >> -shift : stamps << shift;
	return ns + (uint64_t)((unsigned __int128)stamps * scale >> 32);
}

uint64_t
system_time_ns(void)
{
	uint64_t ns = xen_time_ns() + behind_ns;

	if (ns > latest_ns)
		latest_ns = ns;
	return latest_ns;
}

uint64_t
system_time_of_xen(uint64_t ns)
{
	return ns - behind_ns;
}

void
system_time_continue(void)
{
	behind_ns = latest_ns - xen_time_ns();
}
