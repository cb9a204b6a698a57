/* SPDX-License-Identifier: ISC */
/*
 * Reads a domain's file (xl.cfg(5), SYNTAX): lines NAME = VALUE, a value being
 * a text in quotes, a number, or a list of both.
 */
#include "xl_read.h"

#include <string.h>

enum { FILE_BYTES_MAX = 64 * 1024, FIELDS_MAX = 256, ITEMS_MAX = 256 };

struct reader {
	const char *at;		/* ends with a NUL */
	unsigned line;
	const char *wrong;	/* the first thing that is; NULL */
};

static bool
is_name_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '_';
}

static void
refuse(struct reader *reader, const char *wrong)
{
	if (reader->wrong == NULL)
		reader->wrong = wrong;
}

/* Blanks and comments; line ends too where they mean nothing. */
static void
skip(struct reader *reader, bool is_over_lines)
{
	for (;; reader->at++) {
		if (*reader->at == '#')
			reader->at += strcspn(reader->at, "\n");
		if (*reader->at == '\n' && is_over_lines)
			reader->line++;
		else if (*reader->at != ' ' && *reader->at != '\t' &&
			 *reader->at != '\r')
			return;
	}
}

static bool
take(struct reader *reader, char byte)
{
	if (*reader->at != byte)
		return false;
	reader->at++;
	return true;
}

static void
read_text(struct reader *reader, struct xl_value *value)
{
	const char quote[] = { *reader->at++, '\n', '\0' };
	size_t size = strcspn(reader->at, quote);

	value->kind = XL_TEXT;
	value->text = arena_copy_n(reader->at, size);
	reader->at += size;
	if (!take(reader, quote[0]))
		refuse(reader, "a text does not end on its line");
}

/* Decimal, octal or hexadecimal: what it comes to is the caller's business. */
static void
read_number(struct reader *reader, struct xl_value *value)
{
	size_t size = *reader->at == '-';

	while (is_name_byte(reader->at[size]))
		size++;
	value->kind = XL_NUMBER;
	value->text = arena_copy_n(reader->at, size);
	reader->at += size;
}

static void
read_value(struct reader *reader, struct xl_value *value)
{
	value->line = reader->line;
	if (*reader->at == '"' || *reader->at == '\'')
		read_text(reader, value);
	else if ((*reader->at >= '0' && *reader->at <= '9') ||
		 *reader->at == '-')
		read_number(reader, value);
	else
		refuse(reader, "a value is a text in quotes, a number, or a "
			       "list of them in brackets");
}

static void
read_list(struct reader *reader, struct xl_value *list)
{
	list->kind = XL_LIST;
	list->line = reader->line;
	while (skip(reader, true), !take(reader, ']')) {
		if (list->items_count == ITEMS_MAX) {
			refuse(reader, "the list is too long");
			return;
		}
		list->items = list_grow(list->items, &list->items_room,
					list->items_count,
					sizeof *list->items);
		read_value(reader, &list->items[list->items_count++]);
		skip(reader, true);
		if (reader->wrong == NULL && !take(reader, ',') &&
		    *reader->at != ']')
			refuse(reader, "the list goes on without a comma, or "
				       "does not end");
		if (reader->wrong != NULL)
			return;
	}
}

static void
read_field(struct reader *reader, struct xl_config *config)
{
	struct xl_field *field;
	size_t size = 0;

	while (is_name_byte(reader->at[size]))
		size++;
	if (size == 0) {
		refuse(reader, "a line is NAME = VALUE");
		return;
	}
	config->at = list_grow(config->at, &config->room, config->count,
			       sizeof *config->at);
	field = &config->at[config->count++];
	field->name = arena_copy_n(reader->at, size);
	reader->at += size;
	skip(reader, false);
	if (!take(reader, '=')) {
		refuse(reader, "a line is NAME = VALUE");
		return;
	}
	skip(reader, false);
	if (take(reader, '['))
		read_list(reader, &field->value);
	else
		read_value(reader, &field->value);
	skip(reader, false);
	if (*reader->at != '\0' && *reader->at != '\n' && *reader->at != ';')
		refuse(reader, "something follows the value on its line");
}

const char *
xl_read(struct bytes file, struct xl_config *config, unsigned *line)
{
	struct reader reader = { .line = 1 };

	*config = (struct xl_config){ 0 };
	*line = 0;
	if (file.size > FILE_BYTES_MAX)
		return "it is larger than 64 KiB";
	if (file.size != 0 && memchr(file.at, '\0', file.size) != NULL)
		return "it is no text";
	reader.at = arena_copy_n(file.size == 0 ? "" : (const char *)file.at,
				 file.size);
	while (skip(&reader, true), *reader.at != '\0') {
		if (take(&reader, ';'))
			continue;
		if (config->count == FIELDS_MAX)
			refuse(&reader, "it has more than 256 lines of values");
		else
			read_field(&reader, config);
		if (reader.wrong != NULL)
			break;
	}
	*line = reader.line;
	return reader.wrong;
}
