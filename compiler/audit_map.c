/* SPDX-License-Identifier: ISC */
/*
 * Audit, the link map: which input section lies where, by lld's -Map.
 *
 * A line is four numbers (address, load address, size, alignment), then at one
 * of three indents an output section, an input section as OBJECT:(SECTION), or
 * a symbol. What the layout says lies between them: "text_start = .".
 */
#include <stdlib.h>
#include <string.h>

#include "audit.h"

enum { NUMBERS = 4, INPUT_COLUMN = 57, SYMBOL_COLUMN = 65 };

static const char internal[] = "<internal>";

struct line {
	uint64_t address, size;
	size_t column;		/* of the text */
	const char *text;
	size_t text_bytes;
};

/* False: this is no line of the map's table. */
static bool
split_line(const char *start, size_t bytes, struct line *line)
{
	const char *at = start, *end = start + bytes;
	uint64_t numbers[NUMBERS];
	char *after;
	size_t i;

	for (i = 0; i < NUMBERS; i++) {
		while (at < end && *at == ' ')
			at++;
		if (at == end)
			return false;
		numbers[i] = strtoull(at, &after, i == 3 ? 10 : 16);
		if (after == at || after > end)
			return false;
		at = after;
	}
	while (at < end && *at == ' ')
		at++;
	line->address = numbers[0];
	line->size = numbers[2];
	line->column = (size_t)(at - start);
	line->text = at;
	line->text_bytes = (size_t)(end - at);
	return at < end;
}

static size_t
unit_of(const struct audit *audit, const char *const *objects,
	const char *name, size_t name_bytes)
{
	size_t i;

	for (i = 0; i < audit->units.count; i++)
		if (strlen(objects[i]) == name_bytes &&
		    memcmp(objects[i], name, name_bytes) == 0)
			return i;
	return AUDIT_NONE;
}

/* OBJECT:(SECTION) */
static const char *
take_section(struct audit *audit, const char *const *objects,
	     const struct line *line)
{
	const char *colon = memchr(line->text, ':', line->text_bytes);
	struct audit_section *section;
	size_t object_bytes, name_bytes;

	if (colon == NULL || line->text_bytes < 4 || colon[1] != '(' ||
	    line->text[line->text_bytes - 1] != ')')
		return "its link map has a line of another form";
	object_bytes = (size_t)(colon - line->text);
	name_bytes = line->text_bytes - object_bytes - 3;
	section = list_add(&audit->sections);
	section->address = line->address;
	section->size = line->size;
	section->name = arena_copy_n(colon + 2, name_bytes);
	section->unit = unit_of(audit, objects, line->text, object_bytes);
	if (section->unit == AUDIT_NONE &&
	    (object_bytes != strlen(internal) ||
	     memcmp(line->text, internal, object_bytes) != 0))
		return "its link map names an object of no unit";
	return NULL;
}

/* NAME = EXPRESSION, at any indent. */
static bool
take_assignment(struct audit *audit, const struct line *line)
{
	const char *end = memchr(line->text, ' ', line->text_bytes);
	size_t bytes = end == NULL ? 0 : (size_t)(end - line->text);

	if (bytes == 0 || bytes + 2 > line->text_bytes ||
	    (end[1] != '=' && end[2] != '='))
		return false;
	if (line->text[0] != '.')
		*list_add(&audit->layout_symbols) =
			arena_copy_n(line->text, bytes);
	return true;
}

static int
section_order(const void *a, const void *b)
{
	const struct audit_section *first = a, *second = b;

	return (first->address > second->address) -
	       (first->address < second->address);
}

static int
name_order(const void *a, const void *b)
{
	const char *const *first = a, *const *second = b;

	return strcmp(*first, *second);
}

void
audit_sort_sections(struct audit *audit)
{
	if (audit->sections.count != 0)
		qsort(audit->sections.at, audit->sections.count,
		      sizeof *audit->sections.at, section_order);
}

const char *
audit_read_map(struct audit *audit, struct bytes map,
	       const char *const *objects)
{
	/* Ends with a NUL, so that strtoull does. */
	const char *at = arena_copy_n((const char *)map.at, map.size);
	const char *wrong = NULL;
	bool is_loaded = false;
	struct line line;

	for (; *at != '\0' && wrong == NULL; at += strcspn(at, "\n"),
	     at += *at == '\n') {
		if (!split_line(at, strcspn(at, "\n"), &line) ||
		    line.column >= SYMBOL_COLUMN ||
		    take_assignment(audit, &line))
			continue;
		/* An output section that is not loaded lies at 0. */
		if (line.column < INPUT_COLUMN)
			is_loaded = line.address != 0;
		else if (is_loaded && line.size != 0)
			wrong = take_section(audit, objects, &line);
	}
	audit_sort_sections(audit);
	if (audit->layout_symbols.count != 0)
		qsort(audit->layout_symbols.at, audit->layout_symbols.count,
		      sizeof *audit->layout_symbols.at, name_order);
	return wrong;
}
