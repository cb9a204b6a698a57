/* SPDX-License-Identifier: ISC */
/*
 * The scanner of Lua tokens on any bytes.
 *
 * Build with compiler/scan.c and scan_tree.c; -Icompiler. Seeds: the fixtures of tests/reject,
 * configs and every module.lua.
 *
 * What was scanned and written for liblua is scanned again: the same tokens
 * must come back, each alone on the line of its index.
 */
#include <assert.h>
#include <string.h>

#include "arena.h"
#include "scan.h"

/* diag.c would keep every message; here only their number counts. */
static size_t diag_number;

void
diag(enum diag_code code, struct where where, const char *subject,
     const char *format, ...)
{
	(void)code;
	(void)where;
	(void)subject;
	(void)format;
	diag_number++;
}

void
diag_also(struct where where, const char *format, ...)
{
	(void)where;
	(void)format;
}

void
diag_fix(const char *format, ...)
{
	(void)format;
}

static void
compare(const struct scan *scan, const struct scan *again)
{
	size_t i;

	assert(scan->tokens.count == again->tokens.count);
	for (i = 0; i + 1 < scan->tokens.count; i++) {
		const struct scan_token *a = &scan->tokens.at[i];
		const struct scan_token *b = &again->tokens.at[i];

		assert(a->kind == b->kind && a->size == b->size);
		assert(memcmp(a->text, b->text, a->size) == 0);
		assert(b->line == i + 1 && b->column == 1);
		assert(a->partner == b->partner);
	}
}

static void
look_up(const struct scan *scan)
{
	size_t i, token;

	for (i = 0; i <= scan->tokens.count; i++) {
		const struct scan_constructor *constructor =
			scan_constructor(scan, i);

		scan_callee(scan, i);
		assert(scan_call_argument(scan, i, i % 3) <=
		       scan->tokens.count + 1);
		scan_name_before(scan, i, "x");
		scan_assignment_before(scan, i, "x");
		if (constructor == NULL)
			continue;
		scan_key(constructor, "x", 1);
		scan_item(constructor, 1);
	}
	scan_is_assigned(scan, "x", &token);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct buffer emitted = { 0 };
	struct scan *scan, *again;

	scan = scan_text("t.lua", (struct bytes){ bytes, size });
	if (scan != NULL) {
		look_up(scan);
		scan_emit(scan, 0, NULL, &emitted);
		diag_number = 0;
		again = scan_text("t.lua",
				  (struct bytes){ (uint8_t *)emitted.at,
						  emitted.size });
		assert(again != NULL);
		compare(scan, again);
		free(emitted.at);
	}
	arena_release();
	return 0;
}
