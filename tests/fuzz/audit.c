/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as an image, its NAME.debug and its audit.json, which `unicc audit`,
 * why and diff take from anybody; and any bytes as a link map.
 *
 * Input: two sizes of 16 bits, little-endian; the image, NAME.debug, and the
 * rest is audit.json. What is accepted is accounted for: each byte of the image
 * in exactly one row, and whatever is asked about it is answered. The lines of
 * NAME.debug are libdw's to read, in a process of its own (audit_path.c): here
 * it has none.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Most texts grow by realloc and are never freed; a fuzzer must. */
static void *noted_realloc(void *at, size_t size);
static void noted_free(void *at);
#define realloc noted_realloc
#define free noted_free
#include "arena.h"
#undef realloc
#undef free

#include "audit_find.h"
#include "audit_json.h"
#include "diag.h"

/* ---- Memory ------------------------------------------------------------- */

enum { NOTED_MAX = 65536 };

static void *noted[NOTED_MAX];
static size_t noted_count;

static void *
noted_realloc(void *at, size_t size)
{
	size_t i = noted_count;

	while (at != NULL && i-- != 0)
		if (noted[i] == at)
			break;
	if (at == NULL) {
		assert(noted_count < NOTED_MAX);
		i = noted_count++;
	}
	noted[i] = realloc(at, size);
	return noted[i];
}

static void
noted_free(void *at)
{
	size_t i = noted_count;

	while (i-- != 0)
		if (noted[i] == at) {
			noted[i] = noted[--noted_count];
			break;
		}
	free(at);
}

static void
release(void)
{
	while (noted_count != 0)
		free(noted[--noted_count]);
	arena_release();
}

/* ---- What is not asked here --------------------------------------------- */

const char *
host_hex(const uint8_t *bytes, size_t size)
{
	(void)bytes;
	(void)size;
	return "";
}

void
diag(enum diag_code code, struct where where, const char *subject,
     const char *format, ...)
{
	(void)code;
	(void)where;
	(void)subject;
	(void)format;
}

/* Variables and code that no DWARF tells: a literal each few bytes, of two files
 * that all code is of. */
void
audit_sources(struct audit *audit)
{
	static const struct audit_scope outer = { "outer", NULL };
	static const struct audit_scope inner = { "inner", &outer };
	const struct elf_image *image = &audit->image;
	size_t i, j;

	for (i = 0; i < image->segments_count; i++) {
		const struct elf_segment *segment = &image->segments[i];
		size_t size = segment->bytes.size;

		for (j = 0; j < size; j += 3)
			*list_add(&audit->variables) = (struct audit_variable){
				segment->address + j,
				j % 2 == 0 ? NULL : "variable", j % 5 == 0,
				j % 7, { "a.c", j % 3 == 0 ? NULL : "outer" },
			};
		if (!segment->is_executable)
			continue;
		audit->code[i] = arena_alloc(size + 1, sizeof *audit->code[i]);
		audit->scopes[i] = arena_alloc(size + 1,
					       sizeof *audit->scopes[i]);
		for (j = 0; j < size; j++) {
			audit->scopes[i][j] = j % 2 == 0 ? NULL : &inner;
			audit->code[i][j] = (struct audit_source){
				j % 4 == 0 ? NULL : "b.c",
				j % 2 == 0 ? NULL : "inner",
			};
		}
	}
}

bool
audit_is_line(const struct audit *audit, uint64_t address)
{
	(void)audit;
	return address % 2 == 0;
}

/* ---- What must hold ----------------------------------------------------- */

static void
check_rows(const struct audit *audit)
{
	size_t at = 0, i;

	for (i = 0; i < audit->rows.count; i++) {
		assert(audit->rows.at[i].offset == at);
		assert(audit->rows.at[i].size != 0);
		at += audit->rows.at[i].size;
	}
	assert(at == audit->file.size);
}

static void
ask(const struct audit *audit)
{
	static const char *const things[] = {
		"start", ".text", "0", "0x100000", "Hello", "kernel", "main",
	};
	struct finding finding;
	struct code code;
	size_t i, j;

	for (i = 0; i < countof(things); i++) {
		finding = audit_find(audit, things[i]);
		for (j = 0; j < finding.list.count; j++)
			if (finding.list.at[j].nodes.count != 0)
				audit_chain(audit,
					    finding.list.at[j].nodes.at[0],
					    AUDIT_NONE);
	}
	for (i = 0; i < audit->nodes.count; i++)
		audit_show(&audit->nodes.at[i]);
	assert(code_find(&code, audit));
	audit_write(audit, &code);
}

static void
check_map(struct bytes map)
{
	static const char *const objects[] = { "ab/abcd" };
	struct audit audit = { 0 };

	list_add(&audit.units)->label = "unit";
	audit_read_map(&audit, map, objects);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct audit audit = { 0 };
	size_t image, debug;

	release();
	check_map((struct bytes){ bytes, size });
	if (size < 4)
		return 0;
	image = bytes[0] | (size_t)bytes[1] << 8;
	debug = bytes[2] | (size_t)bytes[3] << 8;
	if (image + debug > size - 4)
		return 0;
	audit.file = (struct bytes){ bytes + 4, image };
	audit.debug = (struct bytes){ bytes + 4 + image, debug };
	if (!audit_read(&audit, (struct bytes){ bytes + 4 + image + debug,
						size - 4 - image - debug }))
		return 0;
	if (audit_analyse(&audit) == NULL) {
		check_rows(&audit);
		ask(&audit);
	}
	return 0;
}
