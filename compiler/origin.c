/* SPDX-License-Identifier: ISC */
/* Where a value comes from, in words. */
#include <string.h>

#include "label.h"
#include "unicc.h"

static const char *
where_text(const struct where *where)
{
	return arena_printf("%s:%u:%u", where->file, where->line,
			    where->column);
}

const char *
origin_show(const struct origin *origin)
{
	switch (origin->kind) {
	case ORIGIN_DEFAULT:
		return "default";
	case ORIGIN_CONFIG:
		return arena_printf("%s%s%s", origin->where.line == 0
						      ? origin->where.file
						      : where_text(&origin->where),
				    origin->by == NULL ? "" : ", by ",
				    origin->by == NULL ? "" : origin->by);
	case ORIGIN_OPTION:
		return origin->where.line == 0
			? arena_printf("option %s (%s)", origin->by,
				       origin->where.file)
			: arena_printf("option %s (%s)", origin->by,
				       where_text(&origin->where));
	case ORIGIN_OPTION_DEFAULT:
		return arena_printf("option %s (default, %s)", origin->by,
				    where_text(&origin->where));
	case ORIGIN_IMPLIED:
		return arena_printf("implied by %s", origin->by);
	case ORIGIN_NONE:
		break;
	}
	return "not given";
}

const char *
origin_file(const struct origin *origin)
{
	const char *file = origin->where.file, *slash;

	if (origin->where.line == 0)
		return file;
	if (origin->kind != ORIGIN_OPTION)
		return label_shown(file);
	slash = strrchr(file, '/');
	return slash == NULL ? file : slash + 1;
}

bool
origin_is_written(const struct origin *origin)
{
	return origin->kind == ORIGIN_CONFIG || origin->kind == ORIGIN_OPTION ||
	       origin->kind == ORIGIN_OPTION_DEFAULT;
}
