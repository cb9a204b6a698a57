/* SPDX-License-Identifier: ISC */
/*
 * Audit, pieces: what lies in one section and is several things.
 *
 * - Texts that were merged, each up to its NUL; and where one is the end of
 *   another, so that it is stored once, the end is a piece of its own: it is
 *   there because of more. Zeros between texts align them.
 * - Constants that were merged, by their width.
 * - Objects in code, which assembly may need to place there.
 */
#include <stdlib.h>
#include <string.h>

#include "audit.h"

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

/* ---- Where to cut --------------------------------------------------------- */

static int
address_order(const void *a, const void *b)
{
	const uint64_t *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

static int
object_order(const void *a, const void *b)
{
	const struct linked_symbol *const *first = a, *const *second = b;

	if ((*first)->address != (*second)->address)
		return (*first)->address < (*second)->address ? -1 : 1;
	/* The largest first. */
	return ((*first)->size < (*second)->size) -
	       ((*first)->size > (*second)->size);
}

static bool
is_in_code(const struct audit *audit, const struct linked_symbol *symbol)
{
	return symbol->is_object && symbol->size != 0 && symbol->section != 0 &&
	       audit->linked.sections[symbol->section].is_executable;
}

struct audit_cuts
audit_cuts(const struct audit *audit)
{
	const struct linked *linked = &audit->linked;
	struct audit_cuts cuts = {
		arena_alloc(linked->relocations.count + 1,
			    sizeof *cuts.references),
		linked->relocations.count,
		arena_alloc(linked->symbols_count + 1, sizeof *cuts.objects),
		0,
	};
	size_t i;

	for (i = 0; i < cuts.references_count; i++)
		cuts.references[i] = audit_apparent_address(
			audit, &linked->relocations.at[i]);
	qsort(cuts.references, cuts.references_count, sizeof *cuts.references,
	      address_order);
	for (i = 0; i < linked->symbols_count; i++)
		if (is_in_code(audit, &linked->symbols[i]))
			cuts.objects[cuts.objects_count++] =
				&linked->symbols[i];
	qsort(cuts.objects, cuts.objects_count, sizeof *cuts.objects,
	      object_order);
	return cuts;
}

/* The first reference behind an address, or limit. */
static uint64_t
next_cut(const struct audit_cuts *cuts, uint64_t address, uint64_t limit)
{
	size_t low = 0, high = cuts->references_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cuts->references[middle] <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low == cuts->references_count || cuts->references[low] > limit
		       ? limit
		       : cuts->references[low];
}

/* ---- Texts and constants ---------------------------------------------------- */

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

/* A text with its NUL, from start to end, and what ends it and is another. */
static void
add_text(struct audit *audit, size_t index, struct bytes text, uint64_t address,
	 const struct audit_cuts *cuts, unsigned width)
{
	const char *name = arena_copy_n((const char *)text.at, text.size);
	uint64_t at = address, end = address + text.size, next;
	struct audit_node *node;

	for (; at < end; at = next) {
		next = next_cut(cuts, at, end);
		if ((next - address) % width != 0)
			next = end;
		node = add_node(audit, index, at, next - at);
		node->kind = AUDIT_STRING;
		node->is_tail = at != address;
		node->name = name + (at - address);
	}
}

/* A node for each text; zeros before one are there to align it. */
static void
split_texts(struct audit *audit, size_t index, struct bytes bytes,
	    const struct audit_cuts *cuts, unsigned width)
{
	uint64_t address = audit->sections.at[index].address;
	size_t start, end;

	for (start = 0; start + width <= bytes.size; start = end) {
		end = start;
		while (end + width <= bytes.size &&
		       !is_zero(bytes.at + end, width))
			end += width;
		end += width;
		if (end > bytes.size)
			end = bytes.size;
		/* Only the first of several zeros can be a text of its own. */
		if (end - start > width || start == 0)
			add_text(audit, index,
				 (struct bytes){ bytes.at + start,
						 end - start },
				 address + start, cuts, width);
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

/* ---- Code ------------------------------------------------------------------------ */

/* Text that is more than a few bytes which look so. */
static bool
is_text(struct bytes bytes)
{
	enum { TEXT_BYTES_MIN = 4 };
	size_t i;

	for (i = 0; i < bytes.size; i++)
		if ((bytes.at[i] < ' ' && bytes.at[i] != '\n' &&
		     bytes.at[i] != '\r' && bytes.at[i] != '\t') ||
		    bytes.at[i] >= 0x7f)
			break;
	return i >= TEXT_BYTES_MIN &&
	       (i == bytes.size || (i + 1 == bytes.size && bytes.at[i] == 0));
}

static void
add_object(struct audit *audit, size_t index, uint64_t address,
	   struct bytes bytes)
{
	struct audit_node *node = add_node(audit, index, address, bytes.size);

	node->kind = is_text(bytes) ? AUDIT_STRING : AUDIT_CONSTANTS;
	node->name = node->kind == AUDIT_STRING
			     ? arena_copy_n((const char *)bytes.at, bytes.size)
			     : audit->sections.at[index].name;
}

static void
add_code(struct audit *audit, size_t index, uint64_t address, uint64_t size)
{
	struct audit_node *node;

	if (size == 0)
		return;
	node = add_node(audit, index, address, size);
	node->kind = AUDIT_CODE;
	node->name = audit->sections.at[index].name;
}

static size_t
first_object(const struct audit_cuts *cuts, uint64_t address)
{
	size_t low = 0, high = cuts->objects_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cuts->objects[middle]->address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
split_code(struct audit *audit, size_t index,
	   const struct linked_section *output, const struct audit_cuts *cuts)
{
	const struct audit_section *section = &audit->sections.at[index];
	uint64_t at = section->address, end = at + section->size;
	size_t i;

	for (i = first_object(cuts, at); i < cuts->objects_count; i++) {
		const struct linked_symbol *object = cuts->objects[i];

		if (object->address >= end)
			break;
		if (object->address < at || object->size > end - object->address)
			continue;
		add_code(audit, index, at, object->address - at);
		add_object(audit, index, object->address, (struct bytes){
			output->bytes.at + (object->address - output->address),
			(size_t)object->size });
		at = object->address + object->size;
	}
	add_code(audit, index, at, end - at);
}

/* ---- A section --------------------------------------------------------------------- */

void
audit_cut_section(struct audit *audit, size_t index,
		  const struct linked_section *output,
		  const struct audit_cuts *cuts)
{
	const struct audit_section *section = &audit->sections.at[index];
	unsigned text_width = width_after(section->name, ".str");
	unsigned width = width_after(section->name, ".cst");
	struct bytes bytes = { NULL, 0 };
	struct audit_node *node;

	if (output->bytes.at != NULL)
		bytes = (struct bytes){
			output->bytes.at + (section->address - output->address),
			(size_t)section->size,
		};
	if (section->unit == AUDIT_NONE && text_width != 0 && bytes.at != NULL) {
		split_texts(audit, index, bytes, cuts, text_width);
	} else if (section->unit == AUDIT_NONE && width != 0 &&
		   bytes.at != NULL) {
		split_constants(audit, index, width);
	} else if (text_starts(section->name, ".rodata..L.str") &&
		   bytes.at != NULL) {
		/* A literal that the linker does not merge. */
		node = add_node(audit, index, section->address, section->size);
		node->kind = AUDIT_STRING;
		node->name = arena_copy_n((const char *)bytes.at, bytes.size);
	} else if (kind_of(output, section->name) == AUDIT_CODE &&
		   bytes.at != NULL) {
		split_code(audit, index, output, cuts);
	} else {
		node = add_node(audit, index, section->address, section->size);
		node->kind = kind_of(output, section->name);
		node->name = section->name;
	}
}
