/* SPDX-License-Identifier: ISC */
/* Functions by DWARF, and whether the linker kept them; linked_functions.h. */
#include "linked_functions.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "elf_linked.h"

enum { DEPTH_MAX = 256 };

/* Does it have code where the image has some? What was dropped lies at 0. */
static bool
is_kept(Dwarf_Die *function, const struct linked *linked)
{
	Dwarf_Addr base, from, to;
	ptrdiff_t offset = 0;
	size_t i;

	while ((offset = dwarf_ranges(function, offset, &base, &from, &to)) > 0)
		for (i = 0; from < to && i < linked->sections_count; i++) {
			const struct linked_section *section =
				&linked->sections[i];

			if (section->is_executable &&
			    from >= section->address &&
			    from - section->address < section->size)
				return true;
		}
	return false;
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
add(struct linked_functions *functions, Dwarf_Die *function,
    const struct linked *linked)
{
	const char *name = dwarf_diename(function);
	const char *file = dwarf_decl_file(function);
	bool has_code = is_kept(function, linked);

	if (name == NULL || file == NULL ||
	    (!has_code && !is_compiled(function)))
		return;
	if (text_starts(file, "unicc/"))
		file += strlen("unicc/");
	*list_add(&functions->list) = (struct linked_function){
		arena_copy(file), arena_copy(name), has_code };
}

static void
walk(struct linked_functions *functions, const struct linked *linked,
     Dwarf_Die *parent, unsigned depth)
{
	Dwarf_Die child;
	int more, tag;

	if (depth == DEPTH_MAX)
		return;
	for (more = dwarf_child(parent, &child); more == 0;
	     more = dwarf_siblingof(&child, &child)) {
		tag = dwarf_tag(&child);
		if (tag != DW_TAG_subprogram &&
		    tag != DW_TAG_inlined_subroutine &&
		    tag != DW_TAG_lexical_block)
			continue;
		if (tag != DW_TAG_lexical_block)
			add(functions, &child, linked);
		walk(functions, linked, &child, depth + 1);
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
keep_folded(struct linked_functions *functions, const struct linked *linked)
{
	struct linked_symbol *folded =
		arena_alloc(linked->symbols_count + 1, sizeof *folded);
	size_t count = find_folded(linked, folded), i, j;

	for (i = 0; count != 0 && i < functions->list.count; i++)
		for (j = 0; j < count; j++)
			if (text_equal(functions->list.at[i].name,
				       folded[j].name))
				functions->list.at[i].is_kept = true;
}

void
linked_functions_read(struct bytes debug, struct linked_functions *functions)
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
			walk(functions, &linked, &unit, 0);
	dwarf_end(dwarf);
	elf_end(elf);
	keep_folded(functions, &linked);
}
