/* SPDX-License-Identifier: ISC */
/*
 * The date from the CMOS clock (Motorola MC146818A), which keeps UTC.
 *
 * Reading it takes many port accesses, so it is read at start and again when
 * the answer is old; between, the monotonic clock counts on. A clock that
 * makes no sense is not believed: at start that is E_ABSENT, later the date
 * goes on from the last good answer.
 */
#include <platform.h>
#include <unicc/clock.h>
#include <unicc/error.h>
#include <unicc/kernel.h>
#include <unicc/wallclock.h>
#include <rtc/date.h>
#include <cpu.h>

enum {
	RTC_SECOND = 0, RTC_MINUTE = 2, RTC_HOUR = 4,
	RTC_DAY = 7, RTC_MONTH = 8, RTC_YEAR = 9,
	RTC_STATUS_A = 10, STATUS_A_UPDATING = 0x80,
	RTC_STATUS_B = 11,
	RTC_CENTURY = 0x32,
	READS_MAX = 10000,
	NS_PER_S = 1000000000,
};

static uint64_t read_unix_s;	/* what the clock said last */
static uint64_t read_at_ns;

static uint8_t
rtc_register(uint8_t index)
{
	cpu_out8(PLATFORM_RTC, index);
	return cpu_in8(PLATFORM_RTC + 1);
}

static struct rtc_fields
rtc_fields(void)
{
	return (struct rtc_fields){
		.second = rtc_register(RTC_SECOND),
		.minute = rtc_register(RTC_MINUTE),
		.hour = rtc_register(RTC_HOUR),
		.day = rtc_register(RTC_DAY),
		.month = rtc_register(RTC_MONTH),
		.year = rtc_register(RTC_YEAR),
		.century = rtc_register(RTC_CENTURY),
		.status_b = rtc_register(RTC_STATUS_B),
	};
}

/* Read until no update came between. The fields of a running clock change, so
 * the same second before and after means that all belong together. */
static bool
rtc_read(uint64_t *unix_s)
{
	struct rtc_fields fields;
	unsigned reads;

	for (reads = 0; reads < READS_MAX; reads++) {
		if (rtc_register(RTC_STATUS_A) & STATUS_A_UPDATING)
			continue;
		fields = rtc_fields();
		if (rtc_register(RTC_STATUS_A) & STATUS_A_UPDATING)
			continue;
		if (rtc_register(RTC_SECOND) == fields.second)
			return rtc_unix_s(&fields, unix_s);
	}
	return false;
}

uint64_t
wallclock_unix_s(void)
{
	uint64_t now_ns = clock_monotonic_ns();
	uint64_t age_s = (now_ns - read_at_ns) / NS_PER_S;

	if (now_ns - read_at_ns < rtc_reread_ns)
		return read_unix_s + age_s;
	if (!rtc_read(&read_unix_s))
		read_unix_s += age_s;
	read_at_ns = now_ns;
	return read_unix_s;
}

int
rtc_start(void)
{
	read_at_ns = clock_monotonic_ns();
	if (!rtc_read(&read_unix_s)) {
		kernel_log(instance_name, "the CMOS clock has no valid date");
		return E_ABSENT;
	}
	return 0;
}
