/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a table: `unicc fleet` reads it.
 *
 * Build with compiler/csv.c. What is read without a complaint is, written anew
 * with every field quoted, read as the same fields; every place lies in the
 * text.
 */
#include <assert.h>
#include <string.h>

#include "arena.h"
#include "csv.h"

static void
write_field(struct buffer *out, const char *text)
{
	buffer_add(out, "\"", 1);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			buffer_add(out, "\"", 1);
		buffer_add(out, text, 1);
	}
	buffer_add(out, "\"", 1);
}

static void
check_again(const struct csv_record *record)
{
	struct csv_record again = { 0 };
	struct buffer out = { 0 };
	struct csv csv;
	size_t i;

	for (i = 0; i < record->fields.count; i++) {
		if (i != 0)
			buffer_add(&out, ",", 1);
		write_field(&out, record->fields.at[i].text);
	}
	buffer_add(&out, "\r\n", 2);
	csv = csv_open((struct bytes){ (const uint8_t *)out.at, out.size });
	assert(csv_read(&csv, &again) && again.wrong == NULL);
	assert(again.fields.count == record->fields.count);
	for (i = 0; i < again.fields.count; i++)
		assert(strcmp(again.fields.at[i].text,
			      record->fields.at[i].text) == 0);
	assert(csv.at == out.size);
	free(out.at);
	free(again.bytes.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct csv csv = csv_open((struct bytes){ data, size });
	struct csv_record record = { 0 };
	unsigned lines = 1;
	size_t i, at = csv.at;

	for (i = 0; i < size; i++)
		lines += data[i] == '\n';
	while (csv_read(&csv, &record)) {
		assert(csv.at > at && csv.at <= size);
		at = csv.at;
		assert(record.fields.count != 0 && record.line <= lines);
		for (i = 0; i < record.fields.count; i++) {
			assert(record.fields.at[i].line <= lines);
			assert(record.fields.at[i].column >= 1 &&
			       record.fields.at[i].column <= size + 1);
		}
		if (record.wrong == NULL)
			check_again(&record);
		else
			assert(record.wrong_line <= lines &&
			       record.wrong_column <= size + 1);
	}
	free(record.bytes.at);
	arena_release();
	return 0;
}
