/* SPDX-License-Identifier: ISC */
/*
 * Audit, sources: what NAME.debug (DWARF) says of where bytes come from.
 *
 * Code: two passes paint its bytes. The lines give the file, then the functions
 * are painted from the outermost to the innermost inlined one.
 *
 * Variables: each that has an address gives its file and, if it is a static one
 * inside of a function, that. A literal text is a variable without a name, of
 * which only file and line are known: its function is what begins last before
 * that line, unless that is an object of the file. A function of which nothing
 * but its texts is left is not in DWARF, so that may be another one's.
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "audit.h"

/* Something of a file that begins at a line: a function, or an object, whose
 * function is NULL. */
struct mark {
	const char *file, *function;
	int line;
};

struct reader {
	struct audit *audit;
	size_t unit;		/* whose DWARF is read; AUDIT_NONE: unknown */
	/* Of each byte of an executable segment; NULL: of another. */
	const void **files[ELF_SEGMENTS_MAX], **scopes[ELF_SEGMENTS_MAX];
	LIST(struct audit_scope *) kept;	/* all that were painted */
	LIST(struct mark) marks;
	LIST(int) lines;	/* of each of audit->variables */
};

/* A file's label. */
static const char *
label(const char *file)
{
	return text_starts(file, "unicc/") ? file + strlen("unicc/") : file;
}

/* ---- Code ------------------------------------------------------------------- */

/* Of equal functions of two units the linker keeps one: DWARF says of both that
 * they lie there, and the map whose it is. */
static bool
is_folded(const struct reader *reader, uint64_t address)
{
	const struct audit *audit = reader->audit;
	size_t node = audit_node_at(audit, address), unit;

	if (node == AUDIT_NONE || reader->unit == AUDIT_NONE)
		return false;
	unit = audit->nodes.at[node].unit;
	return unit != AUDIT_NONE && unit != reader->unit &&
	       !text_equal(audit->units.at[unit].label,
			   audit->units.at[reader->unit].label);
}

static void
paint(const struct reader *reader, const void **const *bytes, const void *what,
      uint64_t from, uint64_t to)
{
	const struct elf_image *image = &reader->audit->image;
	size_t i;

	if (is_folded(reader, from))
		return;
	for (i = 0; i < image->segments_count; i++) {
		uint64_t start = image->segments[i].address;
		uint64_t end = start + image->segments[i].bytes.size;
		uint64_t at = from < start ? start : from;

		for (; bytes[i] != NULL && at < to && at < end; at++)
			bytes[i][at - start] = what;
	}
}

static bool
is_code(const struct audit *audit, uint64_t address)
{
	const struct elf_image *image = &audit->image;
	size_t i;

	for (i = 0; i < image->segments_count; i++)
		if (image->segments[i].is_executable &&
		    address >= image->segments[i].address &&
		    address - image->segments[i].address <
			    image->segments[i].bytes.size)
			return true;
	return false;
}

static void
paint_lines(const struct reader *reader, Dwarf_Die *unit)
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
		paint(reader, reader->files, label(file), from, to);
		if (is_code(reader->audit, from))
			*list_add(&reader->audit->lines) = from;
	}
}

static const struct audit_scope *
paint_function(struct reader *reader, Dwarf_Die *die,
	       const struct audit_scope *outer)
{
	struct audit_scope *scope = arena_alloc(1, sizeof *scope);
	Dwarf_Addr base, from, to;
	ptrdiff_t offset = 0;

	scope->name = dwarf_diename(die);
	scope->outer = outer;
	*list_add(&reader->kept) = scope;
	while (scope->name != NULL &&
	       (offset = dwarf_ranges(die, offset, &base, &from, &to)) > 0)
		paint(reader, reader->scopes, scope, from, to);
	return scope;
}

/* ---- Variables -------------------------------------------------------------- */

static void
add_mark(struct reader *reader, Dwarf_Die *die, const char *function)
{
	const char *file = dwarf_decl_file(die);
	int line;

	if (file != NULL && dwarf_decl_line(die, &line) == 0 &&
	    !dwarf_hasattr(die, DW_AT_declaration))
		*list_add(&reader->marks) =
			(struct mark){ label(file), function, line };
}

/* An address that is a variable's value is not where it lies. */
static bool
is_place(const Dwarf_Op *ops, size_t count, size_t at)
{
	if (ops[at].atom != DW_OP_addr)
		return false;
	if (at + 1 < count && ops[at + 1].atom == DW_OP_plus_uconst)
		at++;
	return at + 1 == count || ops[at + 1].atom != DW_OP_stack_value;
}

/* Of an object in pieces each has an address. */
static void
add_variable(struct reader *reader, Dwarf_Die *die,
	     const struct audit_scope *scope)
{
	struct audit_variable variable = {
		.name = dwarf_diename(die),
		.is_local = scope != NULL,
		.source = { dwarf_decl_file(die),
			    scope == NULL ? NULL : scope->name },
	};
	Dwarf_Attribute attribute;
	Dwarf_Die type;
	Dwarf_Op *ops;
	size_t count, i;
	int line = 0;

	if (variable.source.file == NULL ||
	    dwarf_attr(die, DW_AT_location, &attribute) == NULL ||
	    dwarf_whatform(&attribute) != DW_FORM_exprloc ||
	    dwarf_getlocation(&attribute, &ops, &count) != 0)
		return;
	variable.source.file = label(variable.source.file);
	dwarf_decl_line(die, &line);
	if (variable.name == NULL &&
	    (dwarf_attr(die, DW_AT_type, &attribute) == NULL ||
	     dwarf_formref_die(&attribute, &type) == NULL ||
	     dwarf_aggregate_size(&type, &variable.size) != 0))
		variable.size = 0;
	for (i = 0; i < count; i++)
		if (is_place(ops, count, i)) {
			variable.address = ops[i].number;
			*list_add(&reader->audit->variables) = variable;
			*list_add(&reader->lines) = line;
		}
}

/* ---- All of it ---------------------------------------------------------------- */

enum { DEPTH_MAX = 256 };

/* What lies in a function, or in none. Children are painted over their
 * parents. */
static void
read_children(struct reader *reader, Dwarf_Die *parent,
	      const struct audit_scope *scope, unsigned depth)
{
	Dwarf_Die child;
	int more;

	if (depth == DEPTH_MAX)
		return;
	for (more = dwarf_child(parent, &child); more == 0;
	     more = dwarf_siblingof(&child, &child))
		switch (dwarf_tag(&child)) {
		case DW_TAG_subprogram:
		case DW_TAG_inlined_subroutine:
			if (scope == NULL)
				add_mark(reader, &child, dwarf_diename(&child));
			read_children(reader, &child,
				      paint_function(reader, &child, scope),
				      depth + 1);
			break;
		case DW_TAG_lexical_block:
			read_children(reader, &child, scope, depth + 1);
			break;
		case DW_TAG_variable:
			if (scope == NULL && dwarf_diename(&child) != NULL)
				add_mark(reader, &child, NULL);
			add_variable(reader, &child, scope);
			break;
		default:
			break;
		}
}

static size_t
unit_of(const struct audit *audit, Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);
	size_t i;

	for (i = 0; i < audit->units.count; i++)
		if (name != NULL && text_equal(audit->units.at[i].label, name))
			return i;
	return AUDIT_NONE;
}

static void
read_units(struct reader *reader, Dwarf *dwarf)
{
	Dwarf_Off offset = 0, next;
	size_t header_bytes;
	Dwarf_Die unit;

	for (; dwarf_nextcu(dwarf, offset, &next, &header_bytes, NULL, NULL,
			    NULL) == 0; offset = next)
		if (dwarf_offdie(dwarf, offset + header_bytes, &unit) != NULL) {
			reader->unit = unit_of(reader->audit, &unit);
			paint_lines(reader, &unit);
			read_children(reader, &unit, NULL, 0);
		}
}

static int
mark_order(const void *a, const void *b)
{
	const struct mark *first = a, *second = b;
	int order = strcmp(first->file, second->file);

	if (order != 0)
		return order;
	if (first->line != second->line)
		return first->line < second->line ? -1 : 1;
	return text_order_of(first->function, second->function);
}

/* What begins last at or before this line of this file, or NULL. */
static const struct mark *
mark_before(const struct reader *reader, const char *file, int line)
{
	size_t low = 0, high = reader->marks.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct mark *mark = &reader->marks.at[middle];
		int order = strcmp(mark->file, file);

		if (order < 0 || (order == 0 && mark->line <= line))
			low = middle + 1;
		else
			high = middle;
	}
	return low == 0 || !text_equal(reader->marks.at[low - 1].file, file)
		       ? NULL
		       : &reader->marks.at[low - 1];
}

static void
place_literals(struct reader *reader)
{
	const struct mark *mark;
	size_t i;

	if (reader->marks.count != 0)
		qsort(reader->marks.at, reader->marks.count,
		      sizeof *reader->marks.at, mark_order);
	for (i = 0; i < reader->lines.count; i++) {
		struct audit_source *source =
			&reader->audit->variables.at[i].source;

		if (reader->audit->variables.at[i].name != NULL)
			continue;
		mark = mark_before(reader, source->file, reader->lines.at[i]);
		if (mark != NULL)
			source->function = mark->function;
	}
}

/* What libdw gives lives as long as it has the file open. */
struct keeper {
	const char *text, *copy;
};

static const char *
keep(struct keeper *keeper, const char *text)
{
	if (text != NULL && text != keeper->text)
		*keeper = (struct keeper){
			text, arena_copy(audit_printable(text)),
		};
	return text == NULL ? NULL : keeper->copy;
}

static void
keep_all(const struct reader *reader)
{
	struct audit *audit = reader->audit;
	struct keeper file = { NULL, NULL }, name = { NULL, NULL };
	size_t i, j;

	for (i = 0; i < audit->variables.count; i++) {
		struct audit_variable *variable = &audit->variables.at[i];

		variable->name = keep(&name, variable->name);
		variable->source.file = keep(&file, variable->source.file);
		variable->source.function = keep(&name,
						 variable->source.function);
	}
	for (i = 0; i < reader->kept.count; i++)
		reader->kept.at[i]->name = keep(&name,
						reader->kept.at[i]->name);
	for (i = 0; i < audit->image.segments_count; i++)
		for (j = 0; reader->files[i] != NULL &&
		     j < audit->image.segments[i].bytes.size; j++) {
			const struct audit_scope *scope =
				reader->scopes[i][j];

			audit->scopes[i][j] = scope;
			audit->code[i][j] = (struct audit_source){
				keep(&file, reader->files[i][j]),
				scope == NULL ? NULL : scope->name,
			};
		}
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

void
audit_sources(struct audit *audit)
{
	struct reader reader = { .audit = audit };
	Dwarf *dwarf;
	Elf *elf;
	size_t i;

	for (i = 0; i < audit->image.segments_count; i++) {
		size_t size = audit->image.segments[i].bytes.size + 1;

		if (!audit->image.segments[i].is_executable)
			continue;
		audit->code[i] = arena_alloc(size, sizeof *audit->code[i]);
		reader.files[i] = arena_alloc(size, sizeof(void *));
		audit->scopes[i] = arena_alloc(size, sizeof(void *));
		reader.scopes[i] = arena_alloc(size, sizeof(void *));
	}
	if (elf_version(EV_CURRENT) == EV_NONE)
		return;
	/* libelf only reads; its type is older than const. */
	elf = elf_memory((char *)(uintptr_t)audit->debug.at,
			 audit->debug.size);
	dwarf = elf == NULL ? NULL : dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (dwarf != NULL)
		read_units(&reader, dwarf);
	place_literals(&reader);
	keep_all(&reader);
	if (audit->lines.count != 0)
		qsort(audit->lines.at, audit->lines.count, sizeof(uint64_t),
		      address_order);
	dwarf_end(dwarf);
	elf_end(elf);
}
