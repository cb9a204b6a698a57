/* SPDX-License-Identifier: ISC */
/*
 * Clock on the LAPIC's timer (Intel SDM 3A, 10.5.4), which counts nanoseconds
 * on this platform: no other clock is needed to calibrate it.
 *
 * The counter runs down from count_initial and starts again by itself, raising
 * the timer's vector; so it is the clock and the alarm at once:
 *
 *     now = base_ns + (count_initial - counter)
 *
 * 1. base_ns grows by count_initial + 1 when the counter is known to have
 *    started again: it is seen to have grown, or its interrupt came. Both tell
 *    of the same pass, so the one that comes second is not counted.
 * 2. An interrupt of a pass before count_initial was set, not yet delivered,
 *    stands in the LAPIC's request register then; it is not counted either.
 * 3. A second pass that nobody looked into is lost: time then stands back; it
 *    never goes back. Passes are 2^32 ns long while no alarm is due before
 *    that, and never shorter than the resolution.
 * 4. Setting another length loses what passes between the last look and the
 *    write. Two looks in a row measure it, so that time does not drift. The
 *    length is set only when an alarm must come earlier, or after the last one
 *    has come.
 */
#include <platform.h>
#include <unicc/clock.h>
#include <unicc/interrupt.h>
#include <cpu.h>
#include <machine.h>

enum {
	LAPIC_REQUESTS = 0x200,	/* 8 registers of 32 vectors, 16 bytes apart */
	LAPIC_TIMER_VECTOR = 0x320,
	LAPIC_TIMER_INITIAL = 0x380,
	LAPIC_TIMER_CURRENT = 0x390,
	LAPIC_TIMER_DIVIDE = 0x3e0,
	TIMER_PERIODIC = 1 << 17,
	DIVIDE_BY_1 = 0xb,
	PASS_GUARD_NS = 50000,
	VECTOR_TIMER = VECTOR_LINES + LINE_TIMER,
};

_Static_assert(PLATFORM_LAPIC_HZ == 1000000000, "the counter counts ns");

static uint64_t base_ns;
static uint32_t count_initial;
static uint32_t elapsed_last;
static uint32_t look_ns;	/* the shortest time between two looks */
static bool is_alarm_over;	/* the counter has started again since set */
static bool is_told_late;	/* the next interrupt tells nothing new */

uint64_t
clock_monotonic_ns(void)
{
	uint32_t elapsed = count_initial -
			   cpu_mmio_read(PLATFORM_LAPIC + LAPIC_TIMER_CURRENT);
	bool is_told = interrupt_take(LINE_TIMER);
	bool is_seen = elapsed < elapsed_last;

	if (is_told && is_told_late)
		is_told = is_told_late = false;
	if (is_told || is_seen) {
		base_ns += (uint64_t)count_initial + 1;
		is_told_late = !is_told;
		is_alarm_over = true;
	}
	elapsed_last = elapsed;
	return base_ns + elapsed;
}

static void
set_count(uint32_t count)
{
	uint32_t requests;

	cpu_mmio_write(PLATFORM_LAPIC + LAPIC_TIMER_INITIAL, count);
	requests = cpu_mmio_read(PLATFORM_LAPIC + LAPIC_REQUESTS +
				 VECTOR_TIMER / 32 * 16);
	is_told_late = requests >> VECTOR_TIMER % 32 & 1;
	count_initial = count;
	elapsed_last = 0;
	is_alarm_over = false;
}

void
clock_alarm(uint64_t deadline_ns)
{
	uint64_t now_ns = clock_monotonic_ns();
	uint64_t end_ns = base_ns + count_initial;
	uint64_t wait_ns, look;

	wait_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
	if (wait_ns < lapic_timer_resolution_ns)
		wait_ns = lapic_timer_resolution_ns;
	if (wait_ns > UINT32_MAX)
		wait_ns = UINT32_MAX;
	if (!is_alarm_over && now_ns + wait_ns >= end_ns)
		return;
	/* No new pass while this one may end: it ends the wait in time. */
	if (end_ns - now_ns < PASS_GUARD_NS)
		return;
	base_ns = clock_monotonic_ns();
	look = base_ns - now_ns;
	if (look < look_ns)
		look_ns = (uint32_t)look;
	base_ns += look_ns;
	set_count((uint32_t)wait_ns);
}

int
lapic_timer_start(void)
{
	INTERRUPT_LINK_VECTORS();
	look_ns = UINT32_MAX;
	cpu_mmio_write(PLATFORM_LAPIC + LAPIC_TIMER_DIVIDE, DIVIDE_BY_1);
	cpu_mmio_write(PLATFORM_LAPIC + LAPIC_TIMER_VECTOR,
		       TIMER_PERIODIC | VECTOR_TIMER);
	set_count(UINT32_MAX);
	return 0;
}
