/* SPDX-License-Identifier: ISC */
/* Lines with code: see code_lines.h. */
#include "code_lines.h"

#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

static int
line_order(const void *a, const void *b)
{
	const struct code_line *first = a, *second = b;
	int order = strcmp(first->file, second->file);

	return order != 0 ? order
			  : (first->line > second->line) -
				    (first->line < second->line);
}

/* A row of the table with code behind it, in code that was kept. */
static void
add_row(struct code_lines *lines, const struct audit *audit, Dwarf_Line *row,
	Dwarf_Line *next)
{
	const char *file = dwarf_linesrc(row, NULL, NULL);
	Dwarf_Addr from, to;
	bool is_end = true;
	int line;

	if (file == NULL || dwarf_lineendsequence(row, &is_end) != 0 ||
	    is_end || dwarf_lineaddr(row, &from) != 0 ||
	    dwarf_lineaddr(next, &to) != 0 || from >= to ||
	    dwarf_lineno(row, &line) != 0 || line == 0 ||
	    audit_node_at(audit, from) == AUDIT_NONE)
		return;
	if (text_starts(file, "unicc/"))
		file += strlen("unicc/");
	if (!text_starts(file, "generated/"))
		*list_add(&lines->list) =
			(struct code_line){ arena_copy(file), line };
}

static void
add_unit(struct code_lines *lines, const struct audit *audit, Dwarf_Die *unit)
{
	Dwarf_Lines *rows;
	size_t count, i;

	if (dwarf_getsrclines(unit, &rows, &count) != 0)
		return;
	for (i = 0; i + 1 < count; i++)
		add_row(lines, audit, dwarf_onesrcline(rows, i),
			dwarf_onesrcline(rows, i + 1));
}

static void
sort_lines(struct code_lines *lines)
{
	struct code_line *at = lines->list.at;
	size_t i, kept = 0;

	if (lines->list.count != 0)
		qsort(at, lines->list.count, sizeof *at, line_order);
	for (i = 0; i < lines->list.count; i++)
		if (kept == 0 || line_order(&at[kept - 1], &at[i]) != 0)
			at[kept++] = at[i];
	lines->list.count = kept;
}

struct code_lines
code_lines_of(const struct audit *audit)
{
	struct code_lines lines = { 0 };
	Dwarf_Off offset = 0, next;
	size_t header_bytes;
	Dwarf *dwarf = NULL;
	Elf *elf = NULL;
	Dwarf_Die unit;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return lines;
	/* libelf only reads; its type is older than const. */
	elf = elf_memory((char *)(uintptr_t)audit->debug.at,
			 audit->debug.size);
	if (elf != NULL)
		dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	for (; dwarf != NULL && dwarf_nextcu(dwarf, offset, &next,
					     &header_bytes, NULL, NULL,
					     NULL) == 0; offset = next)
		if (dwarf_offdie(dwarf, offset + header_bytes, &unit) != NULL)
			add_unit(&lines, audit, &unit);
	dwarf_end(dwarf);
	elf_end(elf);
	sort_lines(&lines);
	return lines;
}

static const char *
show_range(const struct code_line *first, const struct code_line *last)
{
	return first->line == last->line
		       ? arena_printf("%s:%d", first->file, first->line)
		       : arena_printf("%s:%d-%d", first->file, first->line,
				      last->line);
}

struct line_ranges
code_lines_without(const struct code_lines *a, const struct code_lines *b)
{
	const struct code_line *first = NULL, *last = NULL;
	struct line_ranges ranges = { 0 };
	size_t i = 0, j = 0;

	/* Both in order: whatever is next ends the range, unless it goes on. */
	while (i < a->list.count) {
		const struct code_line *line = &a->list.at[i];
		int order = j == b->list.count
				    ? -1
				    : line_order(line, &b->list.at[j]);

		if (first != NULL &&
		    (order >= 0 || !text_equal(first->file, line->file))) {
			*list_add(&ranges.list) = show_range(first, last);
			first = NULL;
		}
		if (order < 0) {
			first = first == NULL ? line : first;
			last = line;
		}
		i += order <= 0;
		j += order >= 0;
	}
	if (first != NULL)
		*list_add(&ranges.list) = show_range(first, last);
	return ranges;
}
