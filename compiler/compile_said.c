/* SPDX-License-Identifier: ISC */
/*
 * What clang said, in the user's terms.
 *
 * clang writes "PATH:LINE:COLUMN: error: TEXT" and notes that follow; lines
 * that tell who included whom are left out, because an instance's unit includes
 * everything of its module.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compile.h"
#include "confine.h"
#include "label.h"

static const char *const kinds[] = {
	"fatal error", "error", "warning", "note",
};

const char *
compile_show_path(const struct build *build, const char *path)
{
	const char *here = label_absolute(".");
	const char *beside = host_folder_of(build->config_path);
	const char *beside_full = label_absolute(beside);
	size_t size = strlen(here);

	path = label_absolute(path);
	if (text_starts(path, arena_printf("%s/", beside_full)))
		return host_join(beside, path + strlen(beside_full) + 1);
	if (text_starts(path, arena_printf("%s/", here)))
		return path + size + 1;
	return path;
}

static bool
parse_kind(const char *at, struct compile_remark *remark)
{
	size_t i, size;

	for (i = 0; i < countof(kinds); i++) {
		size = strlen(kinds[i]);
		if (strncmp(at, kinds[i], size) != 0 ||
		    strncmp(at + size, ": ", 2) != 0)
			continue;
		remark->kind = i == 0 ? kinds[1] : kinds[i];
		remark->text = at + size + 2;
		return true;
	}
	return false;
}

/* "PATH:LINE:COLUMN: KIND: TEXT", or without a column, or without a place. */
bool
compile_remark(const char *line, const char *folder,
	       struct compile_remark *remark)
{
	const char *colon = line;
	unsigned long number, column;
	char *end;

	*remark = (struct compile_remark){ 0 };
	while ((colon = strchr(colon, ':')) != NULL) {
		number = strtoul(++colon, &end, 10);
		if (end == colon || *end != ':')
			continue;
		column = strtoul(end + 1, &end, 10);
		if (text_starts(end, ": "))
			end++;
		if (*end == ' ' && parse_kind(end + 1, remark)) {
			remark->path = label_absolute(
				host_join(folder, arena_copy_n(line,
					(size_t)(colon - 1 - line))));
			remark->line = (unsigned)number;
			remark->column = (unsigned)column;
			return true;
		}
	}
	line = text_starts(line, "clang: ") ? line + 7 : line;
	return parse_kind(line, remark);
}

static bool
is_generated(const struct build *build, const char *path)
{
	return path == NULL ||
	       text_starts(path, arena_printf("%s/", label_absolute(
						build->generated_path)));
}

static struct where
where_of(const struct build *build, const struct unit *unit,
	 const struct compile_remark *remark)
{
	if (!is_generated(build, remark->path))
		return (struct where){ compile_show_path(build, remark->path),
				       remark->line, remark->column };
	if (unit->instance != NULL && unit->instance->origin.where.file != NULL)
		return unit->instance->origin.where;
	return (struct where){ build->config_path, 0, 0 };
}

/* A module compiled for two instances says everything twice. */
static bool
is_told(const struct where *where, const char *text)
{
	static LIST(const char *) told;
	const char *whole = arena_printf("%s:%u:%u: %s",
					 where->file == NULL ? "" : where->file,
					 where->line, where->column, text);
	size_t i;

	for (i = 0; i < told.count; i++)
		if (text_equal(told.at[i], whole))
			return true;
	*list_add(&told) = whole;
	return false;
}

static void
tell_error(const struct build *build, const struct unit *unit,
	   struct where where, const struct compile_remark *remark)
{
	const char *subject = unit->instance == NULL ? unit->name
						     : unit->instance->name;
	bool is_full = strstr(remark->text, "No space left") != NULL;

	if (is_full)
		diag(E0605, (struct where){ host_cache_folder(), 0, 0 },
		     subject, "%s", remark->text);
	else if (confine_refused(remark->text))
		diag(E0408, where, subject, "its C reads more than its own: %s",
		     remark->text);
	else if (is_generated(build, remark->path))
		diag(E0602, where, subject,
		     "the C for its settings and wiring: %s", remark->text);
	else
		diag(E0602, where, subject, "%s", remark->text);
	if (unit->instance != NULL && !is_full &&
	    !is_generated(build, remark->path) &&
	    unit->instance->origin.where.file != NULL)
		diag_also(unit->instance->origin.where, "the instance is here");
}

/* Third-party code warns as it likes; nobody here can act on it. */
static void
tell_warning(struct where where, const struct compile_remark *remark)
{
	const char *label = remark->path == NULL ? ":" : label_of(remark->path);

	if (!diag_json && strchr(label, ':') == NULL &&
	    !text_starts(label, "cache/") && !text_starts(label, "clang/"))
		fprintf(stderr, "%s:%u:%u: warning: %s\n", where.file,
			where.line, where.column, remark->text);
}

void
compile_said(const struct build *build, const struct unit *unit,
	     const char *folder, const char *said)
{
	bool is_note_of_error = false, is_error_told = false;
	size_t size;
	struct compile_remark remark;
	struct where where;
	const char *line;

	for (line = said; *line != '\0'; line += size + (line[size] == '\n')) {
		size = strcspn(line, "\n");
		if (!compile_remark(arena_copy_n(line, size), folder,
				    &remark))
			continue;
		where = where_of(build, unit, &remark);
		if (text_equal(remark.kind, "note")) {
			if (is_note_of_error &&
			    !is_generated(build, remark.path))
				diag_also(where, "%s", remark.text);
			continue;
		}
		is_note_of_error = false;
		is_error_told |= text_equal(remark.kind, "error");
		if (is_told(&where, remark.text))
			continue;
		if (text_equal(remark.kind, "warning")) {
			tell_warning(where, &remark);
			continue;
		}
		tell_error(build, unit, where, &remark);
		is_note_of_error = true;
	}
	if (unit->object == NULL && !is_error_told)
		diag(E0602, where_of(build, unit, &(struct compile_remark){ 0 }),
		     unit->name, "the compiler ended without an object%s%s",
		     said[0] == '\0' ? "" : ": ", said);
}
