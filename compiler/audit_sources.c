/* SPDX-License-Identifier: ISC */
/*
 * Audit, sources: the file and function each byte of code comes from, inlined
 * code included, by the lines of NAME.debug.
 *
 * Two passes paint the bytes: the lines give the file, then the functions are
 * painted from the outermost to the innermost inlined one.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"

struct painter {
	struct audit *audit;
	uint64_t address;
	size_t size;
	const char **files, **functions;
};

static void
paint(const struct painter *painter, const char **bytes, const char *name,
      uint64_t from, uint64_t to)
{
	uint64_t end = painter->address + painter->size;

	if (from < painter->address)
		from = painter->address;
	if (to > end)
		to = end;
	for (; from < to; from++)
		bytes[from - painter->address] = name;
}

static void
paint_lines(const struct painter *painter, Dwarf_Die *unit)
{
	Dwarf_Lines *lines;
	size_t count, i;

	if (dwarf_getsrclines(unit, &lines, &count) != 0)
		return;
	for (i = 0; i + 1 < count; i++) {
		Dwarf_Line *line = dwarf_onesrcline(lines, i);
		Dwarf_Line *next = dwarf_onesrcline(lines, i + 1);
		Dwarf_Addr from, to;
		const char *file = dwarf_linesrc(line, NULL, NULL);
		bool is_end = true;

		if (file == NULL || dwarf_lineendsequence(line, &is_end) != 0 ||
		    is_end || dwarf_lineaddr(line, &from) != 0 ||
		    dwarf_lineaddr(next, &to) != 0)
			continue;
		if (text_starts(file, "unicc/"))
			file += strlen("unicc/");
		paint(painter, painter->files, file, from, to);
		if (from >= painter->address &&
		    from - painter->address < painter->size)
			*list_add(&painter->audit->lines) = from;
	}
}

enum { DEPTH_MAX = 256 };

/* Children are painted over their parents. */
static void
paint_functions(const struct painter *painter, Dwarf_Die *parent,
		unsigned depth)
{
	Dwarf_Die child;
	int more;

	if (depth == DEPTH_MAX)
		return;
	for (more = dwarf_child(parent, &child); more == 0;
	     more = dwarf_siblingof(&child, &child)) {
		int tag = dwarf_tag(&child);
		const char *name = dwarf_diename(&child);
		Dwarf_Addr base, from, to;
		ptrdiff_t offset = 0;

		if (tag != DW_TAG_subprogram &&
		    tag != DW_TAG_inlined_subroutine &&
		    tag != DW_TAG_lexical_block)
			continue;
		while (tag != DW_TAG_lexical_block && name != NULL &&
		       (offset = dwarf_ranges(&child, offset, &base, &from,
					      &to)) > 0)
			paint(painter, painter->functions, name, from, to);
		paint_functions(painter, &child, depth + 1);
	}
}

static void
paint_units(const struct painter *painter, Dwarf *dwarf)
{
	Dwarf_Off offset = 0, next;
	size_t header_bytes;
	Dwarf_Die unit;

	for (; dwarf_nextcu(dwarf, offset, &next, &header_bytes, NULL, NULL,
			    NULL) == 0; offset = next)
		if (dwarf_offdie(dwarf, offset + header_bytes, &unit) != NULL) {
			paint_lines(painter, &unit);
			paint_functions(painter, &unit, 0);
		}
}

/* What libdw gives lives as long as it has the file open. */
static const char *
keep(const char *text, const char **last, const char **last_copy)
{
	if (text == NULL)
		return NULL;
	if (text != *last) {
		*last = text;
		*last_copy = arena_copy(text);
	}
	return *last_copy;
}

static int
address_order(const void *a, const void *b)
{
	const uint64_t *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

bool
audit_is_line(const struct audit *audit, uint64_t address)
{
	return audit->lines.count != 0 &&
	       bsearch(&address, audit->lines.at, audit->lines.count,
		       sizeof address, address_order) != NULL;
}

struct audit_source *
audit_sources(struct audit *audit, uint64_t address, size_t size)
{
	struct audit_source *sources = arena_alloc(size + 1, sizeof *sources);
	const char *file = NULL, *file_copy = NULL, *function = NULL;
	const char *function_copy = NULL;
	struct painter painter = {
		audit, address, size, arena_alloc(size + 1, sizeof(char *)),
		arena_alloc(size + 1, sizeof(char *)),
	};
	Dwarf *dwarf;
	Elf *elf;
	size_t i;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return sources;
	/* libelf only reads; its type is older than const. */
	elf = elf_memory((char *)(uintptr_t)audit->debug.at,
			 audit->debug.size);
	dwarf = elf == NULL ? NULL : dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (dwarf != NULL)
		paint_units(&painter, dwarf);
	if (audit->lines.count != 0)
		qsort(audit->lines.at, audit->lines.count, sizeof(uint64_t),
		      address_order);
	for (i = 0; i < size; i++) {
		sources[i].file = keep(painter.files[i], &file, &file_copy);
		sources[i].function = keep(painter.functions[i], &function,
					   &function_copy);
	}
	dwarf_end(dwarf);
	elf_end(elf);
	return sources;
}
