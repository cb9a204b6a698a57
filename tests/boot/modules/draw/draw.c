/* SPDX-License-Identifier: ISC */
/*
 * Two draws of 256 bytes must differ, and among their bytes no value may be
 * far too frequent. Prints the date for the host to compare.
 */
#include <string.h>
#include <unicc/entropy.h>
#include <unicc/kernel.h>
#include <unicc/wallclock.h>

enum { DRAW_BYTES = 256, FREQUENT = 24 };

static uint8_t first[DRAW_BYTES], second[DRAW_BYTES];

static unsigned
most_frequent(void)
{
	unsigned counts[256] = { 0 }, most = 0, i;

	for (i = 0; i < DRAW_BYTES; i++) {
		counts[first[i]]++;
		counts[second[i]]++;
	}
	for (i = 0; i < countof(counts); i++)
		most = counts[i] > most ? counts[i] : most;
	return most;
}

int
draw_start(void)
{
	uint64_t start;
	int error;

	kernel_log(instance_name, "unix time %u", wallclock_unix_s());
	error = entropy_fill(first, sizeof first);
	if (error)
		return error;
	error = entropy_fill(second, sizeof second);
	if (error)
		return error;
	memcpy(&start, first, sizeof start);
	kernel_log(instance_name, "draws begin with %x, most frequent %u times",
		   start, (uint64_t)most_frequent());
	kernel_exit(memcmp(first, second, sizeof first) == 0 ||
		    most_frequent() > FREQUENT);
}
