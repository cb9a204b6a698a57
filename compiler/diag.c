/* SPDX-License-Identifier: ISC */
/* Diagnostics: collected by a stage, printed once, in order of place. */
#include "diag.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"

struct also {
	struct where where;
	const char *message;
};

struct entry {
	enum diag_code code;
	struct where where;
	const char *subject;
	const char *message;
	const char *fix;
	LIST(struct also) also;
	size_t sequence;
};

bool diag_json;

static LIST(struct entry) entries;

static const struct {
	const char *name;
	enum status status;
	const char *title;
} codes[] = {
#define X(code, status, title) { #code, status, title },
#include "diag.def"
#undef X
};

static struct where
where_keep(struct where where)
{
	if (where.file != NULL)
		where.file = arena_copy(where.file);
	return where;
}

void
diag(enum diag_code code, struct where where, const char *subject,
     const char *format, ...)
{
	struct entry *entry = list_add(&entries);
	va_list args;

	entry->code = code;
	entry->where = where_keep(where);
	entry->subject = subject == NULL ? NULL : arena_copy(subject);
	entry->sequence = entries.count;
	va_start(args, format);
	entry->message = arena_vprintf(format, args);
	va_end(args);
}

void
diag_also(struct where where, const char *format, ...)
{
	struct also *also = list_add(&entries.at[entries.count - 1].also);
	va_list args;

	also->where = where_keep(where);
	va_start(args, format);
	also->message = arena_vprintf(format, args);
	va_end(args);
}

void
diag_fix(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	entries.at[entries.count - 1].fix = arena_vprintf(format, args);
	va_end(args);
}

void
diag_cannot_write(const char *path)
{
	int error = errno;

	diag(E0605, (struct where){ path, 0, 0 }, NULL, "%s", strerror(error));
	if (error == ENOSPC || error == EDQUOT)
		diag_fix("free some space on the disk that holds it");
}

size_t
diag_count(void)
{
	return entries.count;
}

const char *
diag_name(enum diag_code code)
{
	return codes[code].name;
}

const char *
diag_title(enum diag_code code)
{
	return codes[code].title;
}

static int
where_compare(const struct where *a, const struct where *b)
{
	int order;

	if (a->file == NULL || b->file == NULL)
		return (a->file != NULL) - (b->file != NULL);
	order = strcmp(a->file, b->file);
	if (order != 0)
		return order;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->column > b->column) - (a->column < b->column);
}

static int
entry_compare(const void *a, const void *b)
{
	const struct entry *first = a, *second = b;
	int order = where_compare(&first->where, &second->where);

	if (order != 0)
		return order;
	return first->sequence < second->sequence ? -1 : 1;
}

/* In a loop one mistake is found again and again: it is printed once. */
static bool
is_repeated(const struct entry *entry, const struct entry *previous)
{
	if (entry->code != previous->code ||
	    where_compare(&entry->where, &previous->where) != 0 ||
	    (entry->subject == NULL) != (previous->subject == NULL))
		return false;
	return (entry->subject == NULL ||
		text_equal(entry->subject, previous->subject)) &&
	       text_equal(entry->message, previous->message);
}

/* What a tool says may have several lines; file names are in it, too. */
static const char *
show_message(const char *message)
{
	return text_visible(message, "\n\t");
}

static void
add_text(cJSON *object, const char *key, const char *text)
{
	cJSON_AddStringToObject(object, key, text_utf8(text));
}

static const char *
where_show(const struct where *where)
{
	const char *file;

	if (where->file == NULL)
		return "unicc";
	file = text_visible(where->file, "");
	if (where->line == 0)
		return file;
	if (where->column == 0)
		return arena_printf("%s:%u", file, where->line);
	return arena_printf("%s:%u:%u", file, where->line, where->column);
}

static void
print_text(const struct entry *entry)
{
	size_t i;

	fprintf(stderr, "%s: error %s: %s%s%s\n", where_show(&entry->where),
		diag_name(entry->code),
		entry->subject == NULL ? "" : text_visible(entry->subject, ""),
		entry->subject == NULL ? "" : ": ",
		show_message(entry->message));
	for (i = 0; i < entry->also.count; i++)
		fprintf(stderr, "    %s: %s\n",
			where_show(&entry->also.at[i].where),
			show_message(entry->also.at[i].message));
	if (entry->fix != NULL)
		fprintf(stderr, "    fix: %s\n", show_message(entry->fix));
}

static void
json_where(cJSON *object, const struct where *where)
{
	if (where->file == NULL)
		return;
	add_text(object, "file", where->file);
	if (where->line != 0)
		cJSON_AddNumberToObject(object, "line", where->line);
	if (where->column != 0)
		cJSON_AddNumberToObject(object, "column", where->column);
}

static void
print_json(const struct entry *entry)
{
	cJSON *object = cJSON_CreateObject(), *also;
	char *text;
	size_t i;

	cJSON_AddStringToObject(object, "code", diag_name(entry->code));
	json_where(object, &entry->where);
	if (entry->subject != NULL)
		add_text(object, "subject", entry->subject);
	add_text(object, "message", entry->message);
	if (entry->fix != NULL)
		add_text(object, "hint", entry->fix);
	if (entry->also.count != 0) {
		also = cJSON_AddArrayToObject(object, "also");
		for (i = 0; i < entry->also.count; i++) {
			cJSON *place = cJSON_CreateObject();

			json_where(place, &entry->also.at[i].where);
			add_text(place, "message", entry->also.at[i].message);
			cJSON_AddItemToArray(also, place);
		}
	}
	text = cJSON_PrintUnformatted(object);
	fprintf(stderr, "%s\n", text);
	free(text);
	cJSON_Delete(object);
}

enum status
diag_flush(void)
{
	enum status status = STATUS_OK;
	size_t i;

	fflush(stdout);
	if (entries.count != 0)
		qsort(entries.at, entries.count, sizeof *entries.at,
		      entry_compare);
	for (i = 0; i < entries.count; i++) {
		const struct entry *entry = &entries.at[i];

		if (codes[entry->code].status > status)
			status = codes[entry->code].status;
		if (i != 0 && is_repeated(entry, entry - 1))
			continue;
		if (diag_json)
			print_json(entry);
		else
			print_text(entry);
	}
	entries.count = 0;
	return status;
}
