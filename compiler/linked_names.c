/* SPDX-License-Identifier: ISC */
/* What DWARF names, and whether the linker kept it; see linked_names.h. */
#include "linked_names.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "elf_linked.h"

enum { DEPTH_MAX = 256 };

/* What was dropped lies at 0. */
static bool
is_in_image(const struct linked *linked, uint64_t address, bool is_code)
{
	size_t i;

	for (i = 0; i < linked->sections_count; i++) {
		const struct linked_section *section = &linked->sections[i];

		if (section->is_loaded && section->is_executable >= is_code &&
		    address >= section->address &&
		    address - section->address < section->size)
			return true;
	}
	return false;
}

static bool
has_code(Dwarf_Die *function, const struct linked *linked)
{
	Dwarf_Addr base, from, to;
	ptrdiff_t offset = 0;

	while ((offset = dwarf_ranges(function, offset, &base, &from, &to)) > 0)
		if (from < to && is_in_image(linked, from, true))
			return true;
	return false;
}

static bool
has_place(Dwarf_Die *object, const struct linked *linked)
{
	Dwarf_Attribute attribute;
	size_t count;
	Dwarf_Op *ops;

	return dwarf_attr(object, DW_AT_location, &attribute) != NULL &&
	       dwarf_whatform(&attribute) == DW_FORM_exprloc &&
	       dwarf_getlocation(&attribute, &ops, &count) == 0 &&
	       count == 1 && ops[0].atom == DW_OP_addr &&
	       is_in_image(linked, ops[0].number, false);
}

/* Was it compiled, and is it not just called? */
static bool
is_compiled(Dwarf_Die *function)
{
	return dwarf_tag(function) == DW_TAG_subprogram &&
	       (dwarf_hasattr(function, DW_AT_inline) ||
		dwarf_hasattr(function, DW_AT_low_pc) ||
		dwarf_hasattr(function, DW_AT_ranges));
}

static void
add(struct linked_names *names, Dwarf_Die *die, const struct linked *linked)
{
	bool is_object = dwarf_tag(die) == DW_TAG_variable;
	bool is_kept = is_object ? has_place(die, linked)
				 : has_code(die, linked);
	const char *name = dwarf_diename(die), *file = dwarf_decl_file(die);

	if (name == NULL || file == NULL || (!is_kept && !is_compiled(die)))
		return;
	if (text_starts(file, "unicc/"))
		file += strlen("unicc/");
	*list_add(&names->list) = (struct linked_name){
		arena_copy(file), arena_copy(name), is_object, is_kept };
}

static void
walk(struct linked_names *names, const struct linked *linked,
     Dwarf_Die *parent, unsigned depth)
{
	Dwarf_Die child;
	int more, tag;

	if (depth == DEPTH_MAX)
		return;
	for (more = dwarf_child(parent, &child); more == 0;
	     more = dwarf_siblingof(&child, &child)) {
		tag = dwarf_tag(&child);
		if (tag == DW_TAG_subprogram ||
		    tag == DW_TAG_inlined_subroutine || tag == DW_TAG_variable)
			add(names, &child, linked);
		else if (tag != DW_TAG_lexical_block)
			continue;
		walk(names, linked, &child, depth + 1);
	}
}

/* ---- Folded functions ------------------------------------------------------ */

static int
address_order(const void *a, const void *b)
{
	const struct linked_symbol *first = a, *second = b;

	return (first->address > second->address) -
	       (first->address < second->address);
}

/* Functions of one address, by address; how many are put into symbols. */
static size_t
find_folded(const struct linked *linked, struct linked_symbol *symbols)
{
	size_t count = 0, kept = 0, i;
	bool is_one, was_one = false;

	for (i = 0; i < linked->symbols_count; i++)
		if (linked->symbols[i].is_function &&
		    linked->symbols[i].section != 0)
			symbols[count++] = linked->symbols[i];
	if (count != 0)
		qsort(symbols, count, sizeof *symbols, address_order);
	for (i = 0; i < count; i++, was_one = is_one) {
		is_one = i + 1 != count &&
			 symbols[i + 1].address == symbols[i].address;
		if (is_one || was_one)
			symbols[kept++] = symbols[i];
	}
	return kept;
}

/* The linker folds what is the same: lines and ranges are then those of the
 * one whose code was kept, and the others are symbols at its address. */
static void
keep_folded(struct linked_names *names, const struct linked *linked)
{
	struct linked_symbol *folded =
		arena_alloc(linked->symbols_count + 1, sizeof *folded);
	size_t count = find_folded(linked, folded), i, j;

	for (i = 0; count != 0 && i < names->list.count; i++)
		for (j = 0; j < count; j++)
			if (!names->list.at[i].is_object &&
			    text_equal(names->list.at[i].name, folded[j].name))
				names->list.at[i].is_kept = true;
}

void
linked_names_read(struct bytes debug, struct linked_names *names)
{
	Dwarf_Off offset = 0, next;
	struct linked linked;
	size_t header_bytes;
	Dwarf *dwarf = NULL;
	Dwarf_Die unit;
	Elf *elf;

	if (linked_read(debug, &linked) != NULL ||
	    elf_version(EV_CURRENT) == EV_NONE)
		return;
	/* libelf only reads; its type is older than const. */
	elf = elf_memory((char *)(uintptr_t)debug.at, debug.size);
	if (elf != NULL)
		dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	for (; dwarf != NULL && dwarf_nextcu(dwarf, offset, &next,
					     &header_bytes, NULL, NULL,
					     NULL) == 0; offset = next)
		if (dwarf_offdie(dwarf, offset + header_bytes, &unit) != NULL)
			walk(names, &linked, &unit, 0);
	dwarf_end(dwarf);
	elf_end(elf);
	keep_folded(names, &linked);
}
