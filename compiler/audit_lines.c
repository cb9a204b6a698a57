/* SPDX-License-Identifier: ISC */
/* The hash of audit.json without its lines: see audit_lines.h. */
#include "audit_lines.h"

#include <nettle/sha2.h>
#include <string.h>

const char audit_file[] = "audit.json";
const char audit_hash_field[] = "sha256_without_lines";

static const char lines_start[] = "\"config_lines\":[";
static const char origin_start[] = "\"origin\":\"";

/* ---- Lines ----------------------------------------------------------------- */

static bool
starts(struct bytes text, const char *with)
{
	size_t size = strlen(with);

	return text.size >= size && memcmp(text.at, with, size) == 0;
}

static struct bytes
behind(struct bytes text, size_t size)
{
	return (struct bytes){ text.at + size, text.size - size };
}

/* Up to and with its line break, or all of it. */
static struct bytes
line_of(struct bytes text)
{
	const uint8_t *end = text.size == 0
				     ? NULL
				     : memchr(text.at, '\n', text.size);

	return (struct bytes){ text.at,
			       end == NULL ? text.size
					   : (size_t)(end - text.at) + 1 };
}

/* The bytes of a text of JSON, quotes included; 0: there is none. */
static size_t
text_bytes(struct bytes text)
{
	size_t i;

	if (text.size == 0 || text.at[0] != '"')
		return 0;
	for (i = 1; i < text.size && text.at[i] >= ' '; i++) {
		if (text.at[i] == '"')
			return i + 1;
		i += text.at[i] == '\\';
	}
	return 0;
}

/* Leave out the rows of config_lines, each a text on a line of its own; what
 * is left begins with the bracket that ends them. */
static bool
skip_lines(struct bytes *text)
{
	size_t size;

	if (!starts(*text, "\n"))
		return starts(*text, "]");
	do {
		size = text_bytes(behind(*text, 1));
		if (size == 0)
			return false;
		*text = behind(*text, 1 + size);
		if (starts(*text, "]"))
			return true;
		if (!starts(*text, ",\n"))
			return false;
		*text = behind(*text, 1);
	} while (true);
}

/* A line with an origin: all but the digits behind a colon in it. */
static void
add_line(struct sha256_ctx *hash, struct bytes line)
{
	const uint8_t *origin = memmem(line.at, line.size, origin_start,
				       strlen(origin_start));
	size_t i = line.size, start = 0, end;

	if (origin != NULL)
		i = (size_t)(origin - line.at) + strlen(origin_start);
	for (; i < line.size && line.at[i] != '"'; i++) {
		if (line.at[i] == '\\')
			i++;
		else if (line.at[i] == ':') {
			end = i + 1;
			sha256_update(hash, end - start, line.at + start);
			while (end < line.size && line.at[end] >= '0' &&
			       line.at[end] <= '9')
				end++;
			start = end;
			i = end - 1;
		}
	}
	sha256_update(hash, line.size - start, line.at + start);
}

bool
audit_hash(struct bytes json, uint8_t sha256[32])
{
	struct sha256_ctx hash;
	bool has_lines = false;

	sha256_init(&hash);
	while (json.size != 0) {
		struct bytes line = line_of(json);

		if (!has_lines && starts(line, lines_start)) {
			has_lines = true;
			line.size = strlen(lines_start);
			json = behind(json, line.size);
			if (!skip_lines(&json))
				return false;
		} else {
			json = behind(json, line.size);
		}
		add_line(&hash, line);
	}
	sha256_digest(&hash, 32, sha256);
	return has_lines;
}
