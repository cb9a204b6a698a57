/* SPDX-License-Identifier: ISC */
/*
 * Comma-separated values as RFC 4180 has them: records end with LF or CRLF, a
 * field in quotes holds anything, two quotes in it are one. A byte order mark
 * at the start is no part of the first field. Any bytes may be read.
 */
#ifndef UNICC_CSV_H
#define UNICC_CSV_H

#include "base.h"

struct csv {
	struct bytes text;
	size_t at;		/* the next record */
	size_t line_start;	/* of its line */
	unsigned line;		/* its line, from 1 */
};

struct csv_field {
	const char *text;	/* without a NUL inside */
	size_t start;		/* in the record's bytes */
	unsigned line, column;	/* where it starts, from 1, in bytes */
	bool is_quoted;
};

/* Reused from record to record. */
struct csv_record {
	LIST(struct csv_field) fields;
	struct buffer bytes;
	unsigned line;
	bool is_blank;		/* nothing but the end of a line */
	/* What is wrong with it, and where; NULL: nothing. */
	const char *wrong;
	unsigned wrong_line, wrong_column;
};

struct csv csv_open(struct bytes text);

/* Read the next record; false at the end. After a wrong one the line behind the
 * mistake is next; of a quote that is not closed, the line behind the quote. */
bool csv_read(struct csv *csv, struct csv_record *record);

#endif
