/* SPDX-License-Identifier: ISC */
/* Memory and text: see base.h. Nothing allocated here is ever freed. */
#include "base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diag.h" /* for STATUS_MACHINE */

enum { ARENA_BLOCK_BYTES = 256 * 1024, ARENA_ALIGN = 16 };

static char *arena_at;
static size_t arena_left;

static _Noreturn void
out_of_memory(void)
{
	fputs("unicc: out of memory\n", stderr);
	exit(STATUS_MACHINE);
}

void *
arena_alloc(size_t count, size_t size)
{
	size_t bytes;
	void *result;

	if (size != 0 && count > (SIZE_MAX - ARENA_BLOCK_BYTES) / size)
		out_of_memory();
	bytes = (count * size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
	if (bytes > ARENA_BLOCK_BYTES / 4) {
		result = calloc(1, bytes);
		if (result == NULL)
			out_of_memory();
		return result;
	}
	if (bytes > arena_left) {
		arena_at = calloc(1, ARENA_BLOCK_BYTES);
		if (arena_at == NULL)
			out_of_memory();
		arena_left = ARENA_BLOCK_BYTES;
	}
	result = arena_at;
	arena_at += bytes;
	arena_left -= bytes;
	return result;
}

char *
arena_copy_n(const char *text, size_t size)
{
	char *copy = arena_alloc(size + 1, 1);

	memcpy(copy, text, size);
	return copy;
}

char *
arena_copy(const char *text)
{
	return arena_copy_n(text, strlen(text));
}

char *
arena_vprintf(const char *format, va_list args)
{
	va_list again;
	char *text;
	int size;

	va_copy(again, args);
	size = vsnprintf(NULL, 0, format, args);
	text = arena_alloc((size_t)size + 1, 1);
	vsnprintf(text, (size_t)size + 1, format, again);
	va_end(again);
	return text;
}

char *
arena_printf(const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = arena_vprintf(format, args);
	va_end(args);
	return text;
}

void *
list_grow(void *at, size_t *room, size_t count, size_t size)
{
	size_t wanted;
	char *grown;

	if (count < *room) {
		memset((char *)at + count * size, 0, size);
		return at;
	}
	wanted = *room < 8 ? 8 : *room * 2;
	grown = arena_alloc(wanted, size);
	if (count != 0)
		memcpy(grown, at, count * size);
	*room = wanted;
	return grown;
}

void
buffer_add(struct buffer *buffer, const void *bytes, size_t size)
{
	size_t wanted = buffer->size + size + 1;
	char *grown;

	if (buffer->at == NULL || wanted > buffer->room) {
		buffer->room = wanted < 4096 ? 4096 : wanted * 2;
		grown = realloc(buffer->at, buffer->room);
		if (grown == NULL)
			out_of_memory();
		buffer->at = grown;
	}
	if (size != 0)
		memcpy(buffer->at + buffer->size, bytes, size);
	buffer->size += size;
	buffer->at[buffer->size] = '\0';
}

void
buffer_printf(struct buffer *buffer, const char *format, ...)
{
	char small[512];
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(small, sizeof small, format, args);
	va_end(args);
	if ((size_t)size < sizeof small) {
		buffer_add(buffer, small, (size_t)size);
		return;
	}
	va_start(args, format);
	buffer_add(buffer, arena_vprintf(format, args), (size_t)size);
	va_end(args);
}

const char *
buffer_keep(struct buffer *buffer)
{
	const char *text =
		buffer->at == NULL ? ""
				   : arena_copy_n(buffer->at, buffer->size);

	free(buffer->at);
	*buffer = (struct buffer){ 0 };
	return text;
}

void
buffer_c_string(struct buffer *buffer, const char *bytes, size_t size)
{
	size_t i;

	buffer_add(buffer, "\"", 1);
	for (i = 0; i < size; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\r')
			buffer_add(buffer, "\\r", 2);
		else if (c == '\n')
			buffer_add(buffer, "\\n", 2);
		else if (c == '"' || c == '\\')
			buffer_printf(buffer, "\\%c", c);
		else if (c < ' ' || c > '~' || c == '?')
			buffer_printf(buffer, "\\%03o", c);
		else
			buffer_add(buffer, &bytes[i], 1);
	}
	buffer_add(buffer, "\"", 1);
}

/* One character of a literal; its size there, or 0. */
static size_t
read_c_character(const char *at, char *c)
{
	static const char letters[] = "rn\"\\", meant[] = "\r\n\"\\";
	const char *letter;
	int number = 0, i;

	*c = at[0];
	if (at[0] == '\0' || at[0] == '"')
		return 0;
	if (at[0] != '\\')
		return 1;
	letter = at[1] == '\0' ? NULL : strchr(letters, at[1]);
	if (letter != NULL) {
		*c = meant[letter - letters];
		return 2;
	}
	for (i = 1; i < 4; i++) {
		if (at[i] < '0' || at[i] > '7')
			return 0;
		number = number * 8 + at[i] - '0';
	}
	*c = (char)(unsigned char)number;
	return number == 0 || number > 255 ? 0 : 4;
}

const char *
text_c_string(const char *literal)
{
	char *text = arena_alloc(strlen(literal) + 1, 1);
	size_t size = 0, used;

	if (*literal++ != '"')
		return NULL;
	while ((used = read_c_character(literal, &text[size])) != 0) {
		literal += used;
		size++;
	}
	text[size] = '\0';
	return literal[0] == '"' && literal[1] == '\0' ? text : NULL;
}

bool
text_equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

int
text_order_of(const char *a, const char *b)
{
	if (a == b)
		return 0;
	return a == NULL || b == NULL ? (a != NULL) - (b != NULL)
				      : strcmp(a, b);
}

bool
text_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool
text_ends(const char *text, const char *suffix)
{
	size_t text_size = strlen(text), suffix_size = strlen(suffix);

	return text_size >= suffix_size &&
	       strcmp(text + text_size - suffix_size, suffix) == 0;
}

bool
text_hex(const char *text, uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const char *high, *low;
	size_t i;

	for (i = 0; i < size; i++, text += 2) {
		high = text[0] == '\0' ? NULL : strchr(digits, text[0]);
		low = high == NULL || text[1] == '\0' ? NULL
						      : strchr(digits, text[1]);
		if (low == NULL)
			return false;
		bytes[i] = (uint8_t)((high - digits) << 4 | (low - digits));
	}
	return true;
}

size_t
text_utf8_size(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t size, i;

	if (at[0] < 0x80)
		return 1;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	size = at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
	for (i = 1; i < size; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f) ||
	    (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return size;
}

const char *
text_utf8(const char *text)
{
	struct buffer out = { 0 };
	const char *copy;
	size_t size;

	for (; *text != '\0'; text += size == 0 ? 1 : size) {
		size = text_utf8_size(text);
		if (size == 0)
			buffer_printf(&out, "\\x%02x", (unsigned char)*text);
		else
			buffer_add(&out, text, size);
	}
	copy = out.at == NULL ? "" : arena_copy_n(out.at, out.size);
	free(out.at);
	return copy;
}

/* A control character: C0, DEL, or C1 in UTF-8 (ECMA-48, 5). */
static bool
is_control(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	return at[0] < ' ' || at[0] == 0x7f ||
	       (at[0] == 0xc2 && at[1] < 0xa0);
}

const char *
text_visible(const char *text, const char *kept)
{
	struct buffer out = { 0 };
	size_t size;

	for (; *text != '\0'; text += size) {
		size = text_utf8_size(text);
		if (size != 0 &&
		    (!is_control(text) || strchr(kept, text[0]) != NULL)) {
			buffer_add(&out, text, size);
			continue;
		}
		buffer_printf(&out, "\\x%02x", (unsigned char)text[0]);
		if (size == 2)
			buffer_printf(&out, "\\x%02x", (unsigned char)text[1]);
		size += size == 0;
	}
	return buffer_keep(&out);
}

enum { WORD_MAX = 64 };

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/*
 * Optimal string alignment distance (Damerau 1964, restricted): insertions,
 * deletions, substitutions and swaps of neighbours. Words over WORD_MAX are
 * far from everything.
 */
static size_t
edit_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t a_size = strlen(a), b_size = strlen(b), i, j;

	if (a_size > WORD_MAX || b_size > WORD_MAX)
		return SIZE_MAX;
	for (j = 0; j <= b_size; j++)
		rows[0][j] = j;
	for (i = 1; i <= a_size; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3];
		const size_t *two_above = rows[(i + 1) % 3];

		row[0] = i;
		for (j = 1; j <= b_size; j++) {
			row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]),
				       least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a_size % 3][b_size];
}

const char *
text_nearest(const char *word, const char *const *words, size_t words_count)
{
	size_t best = strlen(word) / 3 + 2, i;
	const char *nearest = NULL;

	for (i = 0; i < words_count; i++) {
		size_t distance = edit_distance(word, words[i]);

		if (distance < best) {
			best = distance;
			nearest = words[i];
		}
	}
	return nearest;
}
