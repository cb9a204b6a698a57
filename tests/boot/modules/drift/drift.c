/* SPDX-License-Identifier: ISC */
/*
 * Between two changes of the second of the CMOS clock, alarms end one idle
 * wait after another; the clock must then have counted the same time.
 */
#include <platform.h>
#include <unicc/clock.h>
#include <unicc/kernel.h>
#include <cpu.h>

enum { NS_PER_S = 1000000000 };

static uint64_t started_ns, last_ns, alarm_ns;
static uint64_t alarms, late_alarms;

static uint8_t
rtc_second(void)
{
	cpu_out8(PLATFORM_RTC, 0);
	return cpu_in8(PLATFORM_RTC + 1);
}

static uint64_t
now(void)
{
	uint64_t now_ns = clock_monotonic_ns();

	if (now_ns < last_ns)
		kernel_panic(instance_name, "the clock went back");
	last_ns = now_ns;
	return now_ns;
}

/* The moment at which the second changes. */
static uint64_t
next_second(void)
{
	uint8_t second = rtc_second();

	while (rtc_second() == second)
		now();
	return now();
}

static void
judge(void)
{
	uint64_t took_ns = next_second() - started_ns;
	uint64_t seconds = (took_ns + NS_PER_S / 2) / NS_PER_S;
	uint64_t off_ns = took_ns > seconds * NS_PER_S ?
			  took_ns - seconds * NS_PER_S :
			  seconds * NS_PER_S - took_ns;
	uint64_t ppm = off_ns / (1000 * seconds);

	kernel_log(instance_name, "%u s, %u alarms, %u late, %u ppm %s",
		   seconds, alarms, late_alarms, ppm,
		   took_ns > seconds * NS_PER_S ? "fast" : "slow");
	kernel_exit(ppm > drift_drift_max_ppm || alarms == 0 ||
		    late_alarms * 2 > alarms);
}

int
drift_start(void)
{
	started_ns = next_second();
	alarm_ns = now() + drift_alarm_ns;
	return 0;
}

bool
drift_event(void)
{
	uint64_t now_ns = now();

	if (now_ns >= alarm_ns) {
		alarms++;
		late_alarms += now_ns - alarm_ns > drift_late_max_ns;
		alarm_ns = now_ns + drift_alarm_ns;
	}
	if (now_ns - started_ns > (drift_seconds - 1ull) * NS_PER_S +
				  NS_PER_S / 2)
		judge();
	return false;
}

uint64_t
drift_deadline_ns(void)
{
	return alarm_ns;
}
