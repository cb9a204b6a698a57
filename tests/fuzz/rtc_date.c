/* SPDX-License-Identifier: ISC */
/*
 * What the registers of a CMOS clock say, held against the C library's
 * calendar. Whatever they say, it is a date from 1970 on or refused: a date
 * comes back as the same fields.
 */
#include <assert.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <rtc/date.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes);

static uint8_t
field(int number, uint8_t status_b)
{
	if (status_b & RTC_IS_BINARY)
		return (uint8_t)number;
	return (uint8_t)(number / 10 << 4 | number % 10);
}

static uint8_t
hour_field(int hour, uint8_t status_b)
{
	if (status_b & RTC_IS_24_HOURS)
		return field(hour, status_b);
	return field((hour + 11) % 12 + 1, status_b) |
	       (hour >= 12 ? RTC_HOUR_PM : 0);
}

static struct rtc_fields
fields_of(time_t time, uint8_t b)
{
	struct tm tm;

	assert(gmtime_r(&time, &tm) != NULL);
	return (struct rtc_fields){
		.second = field(tm.tm_sec, b),
		.minute = field(tm.tm_min, b),
		.hour = hour_field(tm.tm_hour, b),
		.day = field(tm.tm_mday, b),
		.month = field(tm.tm_mon + 1, b),
		.year = field(tm.tm_year % 100, b),
		.century = field(tm.tm_year / 100 + 19, b),
		.status_b = b,
	};
}

/* Every second of 1970 .. 9999 comes back from its fields. */
static void
check_there_and_back(uint64_t unix_s, uint8_t b)
{
	time_t time = (time_t)(unix_s % 253402300800);
	struct rtc_fields fields = fields_of(time, b);
	uint64_t back;

	assert(rtc_unix_s(&fields, &back) && back == (uint64_t)time);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size_bytes)
{
	struct rtc_fields fields, same;
	uint64_t unix_s;

	if (size_bytes < sizeof fields || size_bytes < sizeof unix_s + 1)
		return 0;
	memcpy(&fields, bytes, sizeof fields);
	if (rtc_unix_s(&fields, &unix_s)) {
		same = fields_of((time_t)unix_s, fields.status_b);
		assert(memcmp(&fields, &same, sizeof fields) == 0);
	}
	memcpy(&unix_s, bytes, sizeof unix_s);
	check_there_and_back(unix_s, bytes[sizeof unix_s]);
	return 0;
}
