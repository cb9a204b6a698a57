/* SPDX-License-Identifier: ISC */
/*
 * What httpd has done at build time: the head of each file's response, and
 * checks of values against each other. Runs on the build machine without a
 * libc. Result texts live in a static buffer until the next call.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <httpd/head.h>

const char *httpd_response_head(const char *type, uint64_t size,
				const char *etag, bool gzip, bool varies);
const char *httpd_check_limits(uint64_t line_max, uint64_t header_max);
const char *httpd_check_index(const char *index);

static char head[HEAD_MAX_BYTES];
static size_t head_bytes;

static void
add(const char *text)
{
	while (*text != '\0' && head_bytes < sizeof head - 1)
		head[head_bytes++] = *text++;
	head[head_bytes] = '\0';
}

static void
add_number(uint64_t number)
{
	char digits[21], *digit = digits + sizeof digits - 1;

	*digit = '\0';
	do
		*--digit = (char)('0' + number % 10);
	while ((number /= 10) != 0);
	add(digit);
}

/* Visible ASCII, spaces and tabs: what a field may hold (RFC 9110, 5.5). */
static bool
is_field_text(const char *text, size_t bytes_max)
{
	size_t i;

	for (i = 0; text[i] != '\0'; i++) {
		unsigned char c = (unsigned char)text[i];

		if (i == bytes_max || (c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return i > 0;
}

/*
 * The head of a 200 for one form of a file, size bytes long; etag is of the
 * plain form, varies says that there are two. NULL: type or etag cannot stand
 * in a head.
 */
const char *
httpd_response_head(const char *type, uint64_t size, const char *etag,
		    bool gzip, bool varies)
{
	size_t etag_bytes = 0;

	if (!is_field_text(type, TYPE_MAX_BYTES) ||
	    !is_field_text(etag, ETAG_MAX_BYTES))
		return NULL;
	while (etag[etag_bytes] != '\0')
		etag_bytes++;
	if (etag_bytes < 2 || etag[0] != '"' || etag[etag_bytes - 1] != '"')
		return NULL;
	head_bytes = 0;
	add(HEAD_OK HEAD_TYPE);
	add(type);
	add("\r\n" HEAD_LENGTH);
	add_number(size);
	add("\r\n" HEAD_ETAG);
	add(etag);
	if (gzip) {
		head_bytes--;
		add(ETAG_GZIP "\"");
	}
	add("\r\n");
	if (gzip)
		add(HEAD_GZIP);
	if (varies)
		add(HEAD_VARY);
	add(HEAD_RANGES);
	return head;
}

/* A line that cannot fit the head is a setting without meaning. */
const char *
httpd_check_limits(uint64_t line_max, uint64_t header_max)
{
	return line_max <= header_max ? NULL :
	       "line_max is larger than header_max";
}

const char *
httpd_check_index(const char *index)
{
	for (; *index != '\0'; index++)
		if (*index == '/')
			return "index is a file name, not a path";
	return NULL;
}
