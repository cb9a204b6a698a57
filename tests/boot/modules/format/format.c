/* SPDX-License-Identifier: ISC */
/*
 * What snprintf writes, strtol, strtod and mbstowcs read back. Each wants many
 * other files of the library, which no source here names.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicc/kernel.h>

static int
written_right(void)
{
	char text[40];
	int size = snprintf(text, sizeof text, "%05d|%-4s|%#x|%.3f", -42, "ab",
			    48879, 2.5);

	return size == 23 && strcmp(text, "-0042|ab  |0xbeef|2.500") == 0;
}

static int
cut_right(void)
{
	char text[5];

	return snprintf(text, sizeof text, "%s", "too long") == 8 &&
	       strcmp(text, "too ") == 0;
}

static int
read_right(void)
{
	char *rest;

	if (strtol(" -0x7b;", &rest, 0) != -123 || *rest != ';')
		return 0;
	errno = 0;
	if (strtol("9223372036854775808", NULL, 10) != LONG_MAX ||
	    errno != ERANGE)
		return 0;
	return strtod("-1.25e2x", &rest) == -125.0 && *rest == 'x';
}

static int
wide_right(void)
{
	wchar_t wide[4];

	/* In the C locale each byte is one character. */
	return mbstowcs(wide, "abc", 4) == 3 && wide[2] == L'c';
}

int
format_start(void)
{
	kernel_log(instance_name, "written %u cut %u read %u wide %u",
		   (uint64_t)written_right(), (uint64_t)cut_right(),
		   (uint64_t)read_right(), (uint64_t)wide_right());
	kernel_exit(0);
}
