/* SPDX-License-Identifier: ISC */
/* Audit, nodes: what the linker kept or dropped as one. See audit.h. */
#include <stdlib.h>
#include <string.h>

#include "audit.h"

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

static enum audit_kind
kind_of(const struct linked_section *output, const char *name)
{
	if (text_starts(name, ".note"))
		return AUDIT_NOTE;
	if (output->is_executable)
		return AUDIT_CODE;
	return output->is_writable ? AUDIT_DATA : AUDIT_CONSTANTS;
}

static struct audit_node *
add_node(struct audit *audit, size_t section, uint64_t address, uint64_t size)
{
	struct audit_node *node = list_add(&audit->nodes);

	node->section = section;
	node->unit = audit->sections.at[section].unit;
	node->address = address;
	node->size = size;
	return node;
}

/* The width in ".rodata.str1.16" or ".rodata.cst8"; 0: not of this kind. */
static unsigned
width_after(const char *name, const char *mark)
{
	const char *at = strstr(name, mark);
	unsigned long width;

	if (at == NULL)
		return 0;
	width = strtoul(at + strlen(mark), NULL, 10);
	return width > 64 ? 0 : (unsigned)width;
}

static bool
is_zero(const uint8_t *at, unsigned width)
{
	unsigned i;

	for (i = 0; i < width; i++)
		if (at[i] != 0)
			return false;
	return true;
}

/* A node for each text; zeros before one are there to align it. */
static void
split_texts(struct audit *audit, size_t index, struct bytes bytes,
	    unsigned width)
{
	uint64_t address = audit->sections.at[index].address;
	size_t start, end;

	for (start = 0; start + width <= bytes.size; start = end) {
		struct audit_node *node;

		end = start;
		while (end + width <= bytes.size &&
		       !is_zero(bytes.at + end, width))
			end += width;
		end += width;
		if (end > bytes.size)
			end = bytes.size;
		/* Only the first of several zeros can be a text of its own. */
		if (end - start <= width && start != 0)
			continue;
		node = add_node(audit, index, address + start, end - start);
		node->kind = AUDIT_STRING;
		node->name = arena_copy_n((const char *)bytes.at + start,
					  end - start);
	}
}

static void
split_constants(struct audit *audit, size_t index, unsigned width)
{
	const struct audit_section *section = &audit->sections.at[index];
	uint64_t at;

	for (at = 0; at + width <= section->size; at += width) {
		struct audit_node *node = add_node(
			audit, index, section->address + at, width);

		node->kind = AUDIT_CONSTANTS;
		node->name = section->name;
	}
}

static void
add_section(struct audit *audit, size_t index,
	    const struct linked_section *output)
{
	const struct audit_section *section = &audit->sections.at[index];
	unsigned text_width = width_after(section->name, ".str");
	unsigned width = width_after(section->name, ".cst");
	struct audit_node *node;

	if (section->unit == AUDIT_NONE && text_width != 0 &&
	    output->bytes.at != NULL) {
		split_texts(audit, index, (struct bytes){
			output->bytes.at + (section->address - output->address),
			(size_t)section->size }, text_width);
	} else if (section->unit == AUDIT_NONE && width != 0 &&
		   output->bytes.at != NULL) {
		split_constants(audit, index, width);
	} else if (text_starts(section->name, ".rodata..L.str") &&
		   output->bytes.at != NULL) {
		/* A literal that the linker does not merge. */
		node = add_node(audit, index, section->address, section->size);
		node->kind = AUDIT_STRING;
		node->name = arena_copy_n(
			(const char *)output->bytes.at +
				(section->address - output->address),
			section->size);
	} else {
		node = add_node(audit, index, section->address, section->size);
		node->kind = kind_of(output, section->name);
		node->name = section->name;
	}
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
		end = section->address + section->size;
		add_section(audit, i, output);
	}
	if (audit->nodes.count == 0)
		return "nothing is known to lie in it";
	name_nodes(audit);
	return NULL;
}
