/* SPDX-License-Identifier: ISC */
/* What the registers of a CMOS clock say, as seconds since 1970. Pure. */
#ifndef RTC_DATE_H
#define RTC_DATE_H

#include <stdbool.h>
#include <stdint.h>

/* As read: BCD or binary, 12 or 24 hours, as status B says. */
struct rtc_fields {
	uint8_t second, minute, hour, day, month, year, century, status_b;
};

enum {
	RTC_IS_24_HOURS = 2,
	RTC_IS_BINARY = 4,
	RTC_HOUR_PM = 0x80,
	RTC_NO_NUMBER = 1000,
};

/* A field's number; what is no BCD is more than any field may be. */
static inline unsigned
rtc_number(uint8_t value, uint8_t status_b)
{
	if (status_b & RTC_IS_BINARY)
		return value;
	if ((value & 15) > 9 || value >> 4 > 9)
		return RTC_NO_NUMBER;
	return (value >> 4) * 10u + (value & 15);
}

/*
 * Days from 1970-01-01 to a day of the Gregorian calendar from 1970 on. Years
 * begin in March, so that the leap day comes last and months follow a line.
 */
static inline uint64_t
rtc_days(unsigned year, unsigned month, unsigned day)
{
	unsigned shifted = month > 2 ? month - 3 : month + 9;
	unsigned from_march = month > 2 ? year : year - 1;

	return 365ull * from_march + from_march / 4 - from_march / 100 +
	       from_march / 400 + (153 * shifted + 2) / 5 + day - 1 - 719468;
}

/* 0 .. 23, or more: no hour. */
static inline unsigned
rtc_hour(uint8_t value, uint8_t status_b)
{
	unsigned hour;

	if (status_b & RTC_IS_24_HOURS)
		return rtc_number(value, status_b);
	hour = rtc_number(value & ~RTC_HOUR_PM, status_b);
	if (hour < 1 || hour > 12)
		return RTC_NO_NUMBER;
	return hour % 12 + (value & RTC_HOUR_PM ? 12 : 0);
}

/* False: the fields are no date of 1970 .. 9999. */
static inline bool
rtc_unix_s(const struct rtc_fields *fields, uint64_t *unix_s)
{
	uint8_t b = fields->status_b;
	unsigned second = rtc_number(fields->second, b);
	unsigned minute = rtc_number(fields->minute, b);
	unsigned hour = rtc_hour(fields->hour, b);
	unsigned day = rtc_number(fields->day, b);
	unsigned month = rtc_number(fields->month, b);
	unsigned of_century = rtc_number(fields->year, b);
	unsigned century = rtc_number(fields->century, b);
	unsigned year = century * 100 + of_century;
	uint64_t first, next, days;

	if (second > 59 || minute > 59 || hour > 23 || month < 1 ||
	    month > 12 || of_century > 99 || century > 99 || year < 1970)
		return false;
	first = rtc_days(year, month, 1);
	next = month < 12 ? rtc_days(year, month + 1, 1) :
			    rtc_days(year + 1, 1, 1);
	days = first + day - 1;
	if (day < 1 || days >= next)
		return false;
	*unix_s = ((days * 24 + hour) * 60 + minute) * 60 + second;
	return true;
}

#endif
