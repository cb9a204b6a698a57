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
 * 2. An interrupt not yet delivered when count_initial is set stands in the
 *    LAPIC's request register: it is counted right before, not when it comes.
 * 3. A second pass that nobody looked into is lost: time then stands back; it
 *    never goes back. Passes are 2^32 ns long while no alarm is due before
 *    that, and never shorter than the resolution.
 * 4. Setting another length loses what passes until the counter has it, long
 *    if the host takes its time. Looks before and after, each with the CPU's
 *    time stamp, tell how much; how fast the stamps grow, all the time since
 *    the start has told. So time does not drift. The length is set only when
 *    an alarm must come earlier, or after the last one has come.
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
	LOOKS_MAX = 4,
	VECTOR_TIMER = VECTOR_LINES + LINE_TIMER,
};

_Static_assert(PLATFORM_LAPIC_HZ == 1000000000, "the counter counts ns");

static uint64_t base_ns;
static uint32_t count_initial;
static uint32_t elapsed_last;
static bool is_alarm_over;	/* the counter has started again since set */
static bool is_told_late;	/* the next interrupt tells nothing new */

/* is_told: an interrupt of the timer has come, or stands in the LAPIC. */
static uint64_t
look(bool is_told)
{
	uint32_t elapsed = count_initial -
			   cpu_mmio_read(PLATFORM_LAPIC + LAPIC_TIMER_CURRENT);
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

/* A look, and the time stamp of the middle of it. */
struct moment {
	uint64_t ns;
	uint64_t stamp;
};

static struct moment started;
static uint64_t look_stamps = UINT64_MAX;	/* the shortest look took so long */

/* One look of a few that the host has not interrupted. */
static struct moment
look_closely(void)
{
	struct moment moment;
	uint64_t before, stamps;
	unsigned tries = 0;

	do {
		before = cpu_time_stamp();
		moment.ns = look(false);
		stamps = cpu_time_stamp() - before;
		moment.stamp = before + stamps / 2;
		if (stamps < look_stamps)
			look_stamps = stamps;
	} while (stamps > 4 * look_stamps && ++tries < LOOKS_MAX);
	return moment;
}

uint64_t
clock_monotonic_ns(void)
{
	return look(interrupt_take(LINE_TIMER));
}

/* Does an interrupt of the timer wait to be delivered? */
static bool
is_requested(void)
{
	uint32_t requests = cpu_mmio_read(PLATFORM_LAPIC + LAPIC_REQUESTS +
					  VECTOR_TIMER / 32 * 16);

	return requests >> VECTOR_TIMER % 32 & 1;
}

/* Start a pass of another length. The time goes on from base_ns. */
static void
set_count(uint32_t count)
{
	cpu_mmio_write(PLATFORM_LAPIC + LAPIC_TIMER_INITIAL, count);
	is_told_late = is_requested();
	count_initial = count;
	elapsed_last = 0;
	is_alarm_over = false;
}

static double
distance(uint64_t from, uint64_t to)
{
	return (double)(int64_t)(to - from);
}

/*
 * Start a pass of count and carry the time over. A host that pauses us here
 * for most of the pass makes the counter's word worth nothing: then the stamps
 * alone say how late it is, and it is set again.
 */
static void
set_count_and_time(uint32_t count)
{
	struct moment before = look_closely();
	struct moment after;
	unsigned tries;
	double ns_per_stamp, since_ns, lost_ns;

	/* A clock that has lost a pass makes this too small, never too big. */
	ns_per_stamp = distance(started.ns, before.ns) /
		       distance(started.stamp, before.stamp);
	for (tries = 0; tries < LOOKS_MAX; tries++) {
		base_ns = before.ns;
		set_count(count);
		after = look_closely();
		since_ns = distance(before.stamp, after.stamp) * ns_per_stamp;
		lost_ns = since_ns - distance(before.ns, after.ns);
		if (2 * since_ns < count)
			break;
		before.ns += (uint64_t)(int64_t)since_ns;
		before.stamp = after.stamp;
	}
	if (tries < LOOKS_MAX && lost_ns > 0)
		base_ns += (uint64_t)(int64_t)lost_ns;
}

void
clock_alarm(uint64_t deadline_ns)
{
	uint64_t now_ns = clock_monotonic_ns();
	uint64_t end_ns = base_ns + count_initial;
	uint64_t wait_ns;

	wait_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
	if (wait_ns < lapic_timer_resolution_ns)
		wait_ns = lapic_timer_resolution_ns;
	if (wait_ns > UINT32_MAX)
		wait_ns = UINT32_MAX;
	if (!is_alarm_over && now_ns + wait_ns >= end_ns)
		return;
	/* The last chance to count what the first look could not see. */
	look(is_requested());
	set_count_and_time((uint32_t)wait_ns);
}

int
lapic_timer_start(void)
{
	INTERRUPT_LINK_VECTORS();
	cpu_mmio_write(PLATFORM_LAPIC + LAPIC_TIMER_DIVIDE, DIVIDE_BY_1);
	cpu_mmio_write(PLATFORM_LAPIC + LAPIC_TIMER_VECTOR,
		       TIMER_PERIODIC | VECTOR_TIMER);
	set_count(UINT32_MAX);
	started = look_closely();
	return 0;
}
