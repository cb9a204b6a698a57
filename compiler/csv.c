/* SPDX-License-Identifier: ISC */
/* Comma-separated values: see csv.h. */
#include "csv.h"

#include <string.h>

struct csv
csv_open(struct bytes text)
{
	static const char mark[] = "\xef\xbb\xbf";
	size_t size = sizeof mark - 1;
	bool has_mark = text.size >= size && memcmp(text.at, mark, size) == 0;

	return (struct csv){ text, has_mark ? size : 0, 0, 1 };
}

/* One record on its way: where it is read and where its fields go. */
struct reading {
	struct csv *csv;
	struct csv_record *record;
	size_t line_start;	/* of the line that is read */
};

/* The byte at the reader, or -1 at the end. */
static int
peek(const struct reading *reading)
{
	const struct csv *csv = reading->csv;

	return csv->at < csv->text.size ? csv->text.at[csv->at] : -1;
}

/* The size of the line end here: 0, 1 or 2. */
static size_t
line_end(const struct reading *reading)
{
	const struct csv *csv = reading->csv;
	const uint8_t *at = csv->text.at + csv->at;
	size_t left = csv->text.size - csv->at;

	if (left != 0 && at[0] == '\n')
		return 1;
	return left > 1 && at[0] == '\r' && at[1] == '\n' ? 2 : 0;
}

static unsigned
column(const struct reading *reading)
{
	return (unsigned)(reading->csv->at - reading->line_start) + 1;
}

static void
complain(struct reading *reading, const char *wrong)
{
	if (reading->record->wrong != NULL)
		return;
	reading->record->wrong = wrong;
	reading->record->wrong_line = reading->csv->line;
	reading->record->wrong_column = column(reading);
}

static void
next_line(struct reading *reading, size_t end_bytes)
{
	reading->csv->at += end_bytes;
	reading->csv->line++;
	reading->line_start = reading->csv->at;
}

/* Take one byte of a field. */
static void
take(struct reading *reading)
{
	int byte = peek(reading);

	if (byte == 0)
		complain(reading, "a zero byte");
	buffer_add(&reading->record->bytes,
		   reading->csv->text.at + reading->csv->at, 1);
	if (byte == '\n')
		next_line(reading, 1);
	else
		reading->csv->at++;
}

static void
read_quoted(struct reading *reading)
{
	struct csv *csv = reading->csv, start = *csv;
	size_t line_start = reading->line_start;

	csv->at++;
	for (;;) {
		int byte = peek(reading);

		if (byte < 0) {
			/* What it would swallow is looked at as well. */
			*csv = start;
			reading->line_start = line_start;
			reading->record->wrong = NULL;
			complain(reading, "this quote is not closed");
			return;
		}
		if (byte == '"') {
			csv->at++;
			if (peek(reading) != '"')
				break;
		}
		take(reading);
	}
	if (peek(reading) >= 0 && peek(reading) != ',' && line_end(reading) == 0)
		complain(reading, "a quoted field ends with its quote");
}

static void
read_plain(struct reading *reading)
{
	while (peek(reading) >= 0 && peek(reading) != ',' &&
	       line_end(reading) == 0) {
		if (peek(reading) == '"')
			complain(reading, "a field with a quote is quoted, and "
					  "the quote doubled");
		take(reading);
	}
}

static void
skip_line(struct reading *reading)
{
	while (peek(reading) >= 0 && line_end(reading) == 0)
		reading->csv->at++;
}

bool
csv_read(struct csv *csv, struct csv_record *record)
{
	struct reading reading = { csv, record, csv->line_start };
	size_t start = csv->at, i;

	record->fields.count = 0;
	record->bytes.size = 0;
	record->wrong = NULL;
	record->line = csv->line;
	if (csv->at >= csv->text.size)
		return false;
	for (;;) {
		*list_add(&record->fields) = (struct csv_field){
			NULL, record->bytes.size, csv->line, column(&reading),
			peek(&reading) == '"' };
		if (peek(&reading) == '"')
			read_quoted(&reading);
		else
			read_plain(&reading);
		buffer_add(&record->bytes, "", 1);
		if (record->wrong != NULL || peek(&reading) != ',')
			break;
		csv->at++;
	}
	if (record->wrong != NULL)
		skip_line(&reading);
	record->is_blank = csv->at == start;
	next_line(&reading, line_end(&reading));
	csv->line_start = reading.line_start;
	for (i = 0; i < record->fields.count; i++)
		record->fields.at[i].text =
			record->bytes.at + record->fields.at[i].start;
	return true;
}
