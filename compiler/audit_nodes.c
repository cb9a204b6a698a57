/* SPDX-License-Identifier: ISC */
/*
 * Audit, nodes: what the linker kept or dropped as one, and where that holds
 * things of several kinds, each (audit_pieces.c). See audit.h.
 */
#include <stdlib.h>
#include <string.h>

#include "audit.h"

/* Pieces of files that lie on each other could be more than memory holds. */
enum { NODES_MAX = 1 << 20 };

static const struct linked_section *
output_section(const struct audit *audit, uint64_t address, uint64_t size)
{
	size_t i;

	for (i = 0; i < audit->linked.sections_count; i++) {
		const struct linked_section *section =
			&audit->linked.sections[i];

		if (section->is_loaded && address >= section->address &&
		    address - section->address <= section->size &&
		    size <= section->size - (address - section->address))
			return section;
	}
	return NULL;
}

/* ---- Names ------------------------------------------------------------------ */

size_t
audit_node_at(const struct audit *audit, uint64_t address)
{
	size_t low = 0, high = audit->nodes.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (audit->nodes.at[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || address - audit->nodes.at[low - 1].address >=
				audit->nodes.at[low - 1].size)
		return AUDIT_NONE;
	return low - 1;
}

static int
text_order(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

bool
audit_is_layout_symbol(const struct audit *audit, const char *name)
{
	return audit->layout_symbols.count != 0 &&
	       bsearch(name, audit->layout_symbols.at,
		       audit->layout_symbols.count,
		       sizeof *audit->layout_symbols.at, text_order) != NULL;
}

/* The lowest symbol names a node; of several there a global one, by name. */
static bool
is_better(const struct linked_symbol *symbol, const struct linked_symbol *than)
{
	if (than == NULL || symbol->address != than->address)
		return than == NULL || symbol->address < than->address;
	if (symbol->is_global != than->is_global)
		return symbol->is_global;
	return strcmp(symbol->name, than->name) < 0;
}

static void
name_nodes(struct audit *audit)
{
	const struct linked_symbol **names =
		arena_alloc(audit->nodes.count + 1, sizeof *names);
	size_t i, node;

	for (i = 0; i < audit->linked.symbols_count; i++) {
		const struct linked_symbol *symbol = &audit->linked.symbols[i];

		if (symbol->section == 0 || symbol->name[0] == '\0' ||
		    symbol->is_section ||
		    audit_is_layout_symbol(audit, symbol->name))
			continue;
		node = audit_node_at(audit, symbol->address);
		if (node != AUDIT_NONE && is_better(symbol, names[node]))
			names[node] = symbol;
	}
	for (i = 0; i < audit->nodes.count; i++) {
		struct audit_node *one = &audit->nodes.at[i];

		if (names[i] != NULL && one->kind != AUDIT_STRING) {
			one->name = audit_printable(names[i]->name);
			one->is_symbol = true;
		} else if (one->kind == AUDIT_CONSTANTS &&
			   one->unit != AUDIT_NONE) {
			/* Jump tables: in their function's constants. */
			one->kind = AUDIT_TABLE;
		}
	}
}

const char *
audit_find_nodes(struct audit *audit)
{
	struct audit_cuts cuts = audit_cuts(audit);
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < audit->sections.count; i++) {
		const struct audit_section *section = &audit->sections.at[i];
		const struct linked_section *output = output_section(
			audit, section->address, section->size);

		if (output == NULL || section->address < end ||
		    (section->unit != AUDIT_NONE &&
		     section->unit >= audit->units.count))
			return "its sections are not those of its audit.json";
		if (section->unit == AUDIT_NONE && section->size > NODES_MAX)
			return "more is merged in it than in any image";
		end = section->address + section->size;
		audit_cut_section(audit, i, output, &cuts);
		if (audit->nodes.count > NODES_MAX)
			return "more lies in it than in any image";
	}
	if (audit->nodes.count == 0)
		return "nothing is known to lie in it";
	name_nodes(audit);
	return NULL;
}
