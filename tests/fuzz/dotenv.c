/* SPDX-License-Identifier: ISC */
/*
 * The reader of KEY=VALUE files on any bytes.
 *
 * Build with compiler/dotenv.c; -Icompiler. Each entry's place is inside of the
 * file, and what was read, written again in double quotes, is read as the same.
 */
#include <assert.h>
#include <string.h>

#include "arena.h"
#include "dotenv.h"

/* diag.c would keep every message; here only their number counts. */
static size_t diag_number;

void
diag(enum diag_code code, struct where where, const char *subject,
     const char *format, ...)
{
	(void)subject;
	(void)format;
	assert(code == E0115);
	assert(where.line == 0 || where.column != 0);
	diag_number++;
}

void
diag_fix(const char *format, ...)
{
	(void)format;
	assert(diag_number != 0);
}

static void
write_entry(struct buffer *out, const struct dotenv_entry *entry)
{
	const char *at;

	buffer_printf(out, "%s=\"", entry->key);
	for (at = entry->value; *at != '\0'; at++) {
		const char *found = strchr("\n\t", *at);

		if (found != NULL)
			buffer_printf(out, "\\%c", *at == '\n' ? 'n' : 't');
		else if (strchr("\\\"$`", *at) != NULL)
			buffer_printf(out, "\\%c", *at);
		else
			buffer_add(out, at, 1);
	}
	buffer_printf(out, "\"\n");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bytes text = { bytes, size };
	struct dotenv read, again;
	struct buffer out = { 0 };
	size_t i;

	diag_number = 0;
	read = dotenv_read("fuzz.env", text);
	for (i = 0; i < read.entries.count; i++) {
		const struct dotenv_entry *entry = &read.entries.at[i];

		assert(entry->where.line >= 1 && entry->where.column >= 1);
		assert(entry->where.line <= size + 1 &&
		       entry->where.column <= size);
		write_entry(&out, entry);
	}
	diag_number = 0;
	again = dotenv_read("again.env",
			    (struct bytes){ (const uint8_t *)out.at, out.size });
	assert(diag_number == 0 || out.size > DOTENV_BYTES_MAX);
	for (i = 0; i < read.entries.count && diag_number == 0; i++) {
		assert(strcmp(read.entries.at[i].key,
			      again.entries.at[i].key) == 0);
		assert(strcmp(read.entries.at[i].value,
			      again.entries.at[i].value) == 0);
		assert(again.entries.at[i].where.line == i + 1);
	}
	free(out.at);
	arena_release();
	return 0;
}
