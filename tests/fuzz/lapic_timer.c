/* SPDX-License-Identifier: ISC */
/*
 * lapic_timer on a timer that is late, at every moment and in every order.
 *
 * Include tests/fuzz/lapic_timer, then tests/fuzz/virtqueue for cpu.h, before
 * the kernel's folders. The model knows the true time. Reading a register
 * takes ACCESS_NS, writing one takes any time before and after it is done.
 * Held: the clock never goes back and is never ahead; it is exact, but for a
 * nanosecond in each setting, after an idle wait that the timer ended, unless
 * a whole pass went by unseen; and no alarm is later than the timer and the
 * resolution make it.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#define instance_name "clock"
#define clock_provider lapic_timer
enum { lapic_timer_resolution_ns = 1000000 };

int lapic_timer_start(void);
#include <lapic_timer/lapic_timer.c>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

enum {
	ACCESS_NS = 300,
	PAUSE_NS_MAX = lapic_timer_resolution_ns / 2 - 10 * ACCESS_NS,
};

/* The timer: it was loaded at loaded_ns with count; passes_raised of its ends
 * have raised the vector, each late_ns after it came. */
static uint64_t true_ns, loaded_ns, passes_raised, late_ns;
static uint32_t count;
static bool is_raised, is_taken;
static uint64_t settings;	/* how often the length was set */
static uint64_t write_ns[2];	/* what passes before and after a write */

/* What is held. The clock is 0 at zero_ns; has_lost: a pass went by unseen. */
static uint64_t last_clock_ns, last_look_ns, zero_ns;
static bool has_lost;

static void
let_pass(uint64_t ns)
{
	uint64_t pass_ns = (uint64_t)count + 1;
	uint64_t passes;

	true_ns += ns;
	if (count == 0 || true_ns - loaded_ns < late_ns)
		return;
	passes = (true_ns - loaded_ns - late_ns) / pass_ns;
	if (passes > passes_raised)
		is_raised = true;
	passes_raised = passes;
}

uint32_t
cpu_mmio_read(uintptr_t address)
{
	let_pass(ACCESS_NS);
	if (address == LAPIC_REQUESTS + VECTOR_TIMER / 32 * 16)
		return (uint32_t)is_raised << VECTOR_TIMER % 32;
	assert(address == LAPIC_TIMER_CURRENT);
	return count - (uint32_t)((true_ns - loaded_ns) %
				  ((uint64_t)count + 1));
}

void
cpu_mmio_write(uintptr_t address, uint32_t value)
{
	if (address != LAPIC_TIMER_INITIAL)
		return;
	let_pass(write_ns[0]);
	assert(value >= lapic_timer_resolution_ns);
	count = value;
	loaded_ns = true_ns;
	passes_raised = 0;
	settings++;
	let_pass(write_ns[1]);
	/* Paused so long each time, the driver gives up being exact. */
	has_lost |= write_ns[0] + write_ns[1] > PAUSE_NS_MAX;
}

uint64_t
cpu_time_stamp(void)
{
	return 3 * true_ns + 12345;
}

bool
interrupt_take(unsigned line)
{
	bool was_taken = is_taken;

	assert(line == LINE_TIMER);
	is_taken = false;
	return was_taken;
}

/* is_told: the timer's interrupt has just been delivered. */
static void
judge(bool is_told)
{
	uint64_t clock_ns = clock_monotonic_ns();
	bool is_pass_unseen = true_ns - last_look_ns > count;

	assert(clock_ns >= last_clock_ns);
	assert(clock_ns + zero_ns <= true_ns + settings);
	has_lost |= is_pass_unseen;
	assert(has_lost || !is_told ||
	       clock_ns + zero_ns + settings >= true_ns);
	last_clock_ns = clock_ns;
	last_look_ns = true_ns;
}

/* Wait with interrupts open, for the timer or, at other_ns, something else. */
static void
idle(uint64_t other_ns)
{
	uint64_t next_ns = loaded_ns + late_ns +
			   (passes_raised + 1) * ((uint64_t)count + 1);
	bool is_told;

	if (!is_raised && next_ns <= other_ns && next_ns > true_ns)
		let_pass(next_ns - true_ns);
	else if (!is_raised && other_ns > true_ns)
		let_pass(other_ns - true_ns);
	is_told = is_raised;
	is_taken |= is_raised;
	is_raised = false;
	judge(is_told);
}

/* Set an alarm and wait for nothing else. */
static void
wait_for_alarm(uint64_t wait_ns)
{
	uint64_t asked_ns = true_ns;
	uint64_t bound_ns = wait_ns > lapic_timer_resolution_ns ?
			    wait_ns : lapic_timer_resolution_ns;
	bool was_exact = clock_monotonic_ns() + zero_ns + settings >= true_ns;

	if (bound_ns > UINT32_MAX)
		bound_ns = UINT32_MAX;
	last_look_ns = true_ns;
	clock_alarm(last_clock_ns = clock_monotonic_ns() + wait_ns);
	last_clock_ns -= wait_ns;
	last_look_ns = true_ns;
	idle(UINT64_MAX);
	assert(!was_exact ||
	       true_ns <= asked_ns + bound_ns + late_ns + settings +
	       LOOKS_MAX * (write_ns[0] + write_ns[1] + 30 * ACCESS_NS));
}

static void
act(uint8_t what, uint64_t ns)
{
	write_ns[what >> 2 & 1] = ns % 1000000 >> (what >> 3 & 15);
	switch (what & 3) {
	case 0:
		judge(false);
		break;
	case 1:
		let_pass(ns);
		break;
	case 2:
		judge(false);
		clock_alarm(last_clock_ns + ns);
		last_look_ns = true_ns;
		idle(true_ns + ns / 2);
		break;
	default:
		judge(false);
		wait_for_alarm(ns);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	if (size_bytes < 1)
		return 0;
	true_ns = passes_raised = count = 0;
	base_ns = 0;
	is_raised = is_taken = is_told_late = has_lost = false;
	late_ns = bytes[0] * 500;
	write_ns[0] = write_ns[1] = 0;
	look_stamps = UINT64_MAX;
	lapic_timer_start();
	/* The clock counts from here. */
	zero_ns = loaded_ns;
	last_clock_ns = 0;
	last_look_ns = true_ns;
	settings = 0;
	for (bytes++, size_bytes--; size_bytes >= 3; bytes += 3, size_bytes -= 3)
		act(bytes[0], (uint64_t)(bytes[1] + 1) << (bytes[2] & 31));
	return 0;
}
