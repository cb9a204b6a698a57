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
 * The strong validator of a file's plain bytes (RFC 9110, 8.8.3): the first
 * bytes of their hash.
 */
const char *
httpd_entity_tag(const uint8_t *sha256, size_t sha256_bytes)
{
	static const char digits[] = "0123456789abcdef";
	static char tag[ETAG_MAX_BYTES];
	size_t at = 0, i;

	tag[at++] = '"';
	for (i = 0; i < ETAG_HASH_BYTES && i < sha256_bytes; i++) {
		tag[at++] = digits[sha256[i] >> 4];
		tag[at++] = digits[sha256[i] & 15];
	}
	tag[at++] = '"';
	tag[at] = '\0';
	return tag;
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
	       "line_max is larger than header_max\n"
	       "raise header_max, or lower line_max";
}

const char *
httpd_check_index(const char *index)
{
	for (; *index != '\0'; index++)
		if (*index == '/')
			return "index is a file name, not a path\n"
			       "write the name alone: it is looked for in every folder";
	return NULL;
}

/* What stands behind a name's last dot, in one way of writing it. */
static bool
is_extension(const char *text)
{
	size_t i;

	if (text[0] == '*')
		return text[1] == '\0';
	for (i = 0; text[i] != '\0'; i++)
		if (text[i] == '.' || text[i] == '/' ||
		    (text[i] >= 'A' && text[i] <= 'Z'))
			return false;
	return i > 0;
}

const char *
httpd_check_type(const char *extension, const char *type, uint64_t all_bytes)
{
	(void)all_bytes;
	if (!is_extension(extension))
		return "no file has this extension: it is * or stands behind "
		       "the last dot\nwrite it without a dot and in small "
		       "letters, which mean large ones too";
	return is_field_text(type, TYPE_MAX_BYTES) ? NULL :
	       "it is no media type of at most 128 visible characters";
}

/* A token (RFC 9110, 5.6.2). */
static bool
is_token(const char *name)
{
	static const char others[] = "!#$%&'*+-.^_`|~";
	size_t i, j;

	for (i = 0; name[i] != '\0'; i++) {
		char c = name[i];

		for (j = 0; others[j] != '\0' && others[j] != c; j++)
			;
		if (others[j] == '\0' && !(c >= '0' && c <= '9') &&
		    !((c | 0x20) >= 'a' && (c | 0x20) <= 'z'))
			return false;
	}
	return i > 0;
}

static bool
is_same_name(const char *a, const char *b)
{
	while (*a != '\0' && (*a | 0x20) == (*b | 0x20)) {
		a++;
		b++;
	}
	return *a == '\0' && *b == '\0';
}

/* What httpd writes itself must not be said twice. */
const char *
httpd_check_header(const char *name, const char *value, uint64_t all_bytes)
{
	static const char *const own[] = {
		"Accept-Ranges", "Allow", "Connection", "Content-Encoding",
		"Content-Length", "Content-Range", "Content-Type", "Date",
		"ETag", "Location", "Transfer-Encoding", "Vary",
	};
	size_t i;

	if (!is_token(name))
		return "it is no name of a field: letters, digits and "
		       "hyphens";
	for (i = 0; i < sizeof own / sizeof *own; i++)
		if (is_same_name(own[i], name))
			return "httpd writes this field itself";
	if (!is_field_text(value, HEADERS_MAX_BYTES))
		return "its value holds a control character, is empty or is "
		       "longer than 512 bytes";
	if (all_bytes > HEADERS_MAX_BYTES)
		return "all names and values together are longer than "
		       "512 bytes";
	return NULL;
}
