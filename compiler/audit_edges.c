/* SPDX-License-Identifier: ISC */
/* Audit, edges: who refers to whom, by the relocations the link kept. */
#include <elf.h>
#include <stdlib.h>

#include "audit.h"

enum { FIELD_BYTES = 4 };

static const struct linked_section *
section_of(const struct audit *audit, uint64_t address)
{
	size_t i;

	for (i = 0; i < audit->linked.sections_count; i++) {
		const struct linked_section *section =
			&audit->linked.sections[i];

		if (section->is_loaded && section->bytes.at != NULL &&
		    address >= section->address &&
		    address - section->address < section->bytes.size)
			return section;
	}
	return NULL;
}

/* Of the image, which may have been filled in after the link; what it leaves to
 * the loader, of the linked file. */
struct bytes
audit_bytes_of(const struct audit *audit, const struct audit_node *node)
{
	const struct linked_section *section = section_of(audit, node->address);
	uint64_t into;
	size_t i;

	for (i = 0; i < audit->image.segments_count; i++) {
		const struct elf_segment *segment = &audit->image.segments[i];

		into = node->address - segment->address;
		if (node->address >= segment->address &&
		    into <= segment->bytes.size &&
		    node->size <= segment->bytes.size - into)
			return (struct bytes){ segment->bytes.at + into,
					       (size_t)node->size };
	}
	if (section == NULL)
		return (struct bytes){ NULL, 0 };
	into = node->address - section->address;
	return (struct bytes){ section->bytes.at + into,
			       (size_t)(node->size < section->bytes.size - into
						? node->size
						: section->bytes.size - into) };
}

size_t
audit_first_relocation(const struct audit *audit, uint64_t address)
{
	size_t low = 0, high = audit->linked.relocations.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (audit->linked.relocations.at[middle].at < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_relative(unsigned type)
{
	return type == R_X86_64_PC32 || type == R_X86_64_PLT32 ||
	       type == R_X86_64_PC64 || type == R_X86_64_PC16 ||
	       type == R_X86_64_PC8;
}

/* Of a section it knows the output section and an offset alone. */
uint64_t
audit_apparent_address(const struct audit *audit,
		       const struct linked_relocation *relocation)
{
	const struct linked_symbol *symbol =
		&audit->linked.symbols[relocation->symbol];

	if (!symbol->is_section)
		return symbol->address;
	return symbol->address + (uint64_t)relocation->addend +
	       (is_relative(relocation->type) ? FIELD_BYTES : 0);
}

static const struct audit_target *
find_target(const struct audit *audit, uint64_t at)
{
	size_t low = 0, high = audit->targets.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (audit->targets.at[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < audit->targets.count && audit->targets.at[low].at == at
		       ? &audit->targets.at[low]
		       : NULL;
}

/*
 * A symbol of its own names what is meant, whatever is added to it. Of a
 * section, the object tells if what is added does not.
 */
size_t
audit_relocation_place(const struct audit *audit,
		       const struct linked_relocation *relocation,
		       uint64_t *address)
{
	const struct linked_symbol *symbol =
		&audit->linked.symbols[relocation->symbol];
	const struct audit_target *target;

	*address = audit_apparent_address(audit, relocation);
	if (symbol->section == 0 ||
	    audit_is_layout_symbol(audit, symbol->name))
		return AUDIT_NONE;
	target = find_target(audit, relocation->at);
	if (symbol->is_section && target != NULL)
		*address = target->address;
	return audit_node_at(audit, *address);
}

size_t
audit_relocation_target(const struct audit *audit,
			const struct linked_relocation *relocation)
{
	uint64_t address;

	return audit_relocation_place(audit, relocation, &address);
}

static int
target_order(const void *a, const void *b)
{
	const struct audit_target *first = a, *second = b;

	return (first->at > second->at) - (first->at < second->at);
}

static size_t
section_at(const struct audit *audit, uint64_t address)
{
	size_t node = audit_node_at(audit, address);

	return node == AUDIT_NONE ? AUDIT_NONE
				  : audit->nodes.at[node].section;
}

/* Does the linked file tell another section for the reference there? */
static bool
is_needed(const struct audit *audit, const struct audit_target *target)
{
	const struct linked_relocation *relocation;
	size_t i = audit_first_relocation(audit, target->at);

	if (i == audit->linked.relocations.count)
		return false;
	relocation = &audit->linked.relocations.at[i];
	return relocation->at == target->at &&
	       audit->linked.symbols[relocation->symbol].is_section &&
	       section_at(audit, target->address) !=
		       section_at(audit, audit_apparent_address(audit,
								relocation));
}

static void
keep_needed(struct audit *audit)
{
	size_t i, kept = 0;

	if (audit->targets.count != 0)
		qsort(audit->targets.at, audit->targets.count,
		      sizeof *audit->targets.at, target_order);
	for (i = 0; i < audit->targets.count; i++)
		if (is_needed(audit, &audit->targets.at[i]))
			audit->targets.at[kept++] = audit->targets.at[i];
	audit->targets.count = kept;
}

static int
edge_order(const void *a, const void *b)
{
	const struct audit_edge *first = a, *second = b;

	if (first->from != second->from)
		return first->from < second->from ? -1 : 1;
	if (first->to != second->to)
		return first->to < second->to ? -1 : 1;
	return (first->at > second->at) - (first->at < second->at);
}

static void
keep_first(struct audit *audit)
{
	size_t i, kept = 0;

	for (i = 0; i < audit->edges.count; i++) {
		const struct audit_edge *edge = &audit->edges.at[i];

		if (kept != 0 && audit->edges.at[kept - 1].from == edge->from &&
		    audit->edges.at[kept - 1].to == edge->to) {
			if (audit->edges.at[kept - 1].part != edge->part)
				audit->edges.at[kept - 1].part = AUDIT_NONE;
			continue;
		}
		audit->edges.at[kept++] = *edge;
	}
	audit->edges.count = kept;
	for (i = kept; i-- != 0;) {
		struct audit_node *node =
			&audit->nodes.at[audit->edges.at[i].from];

		node->first_edge = i;
		node->edges_count++;
	}
}

static void
add_edge(struct audit *audit, size_t from, size_t to, uint64_t at)
{
	struct audit_edge *edge;

	if (from == AUDIT_NONE || to == AUDIT_NONE || from == to ||
	    audit_is_counting(audit, from, to))
		return;
	edge = list_add(&audit->edges);
	edge->from = from;
	edge->to = to;
	edge->at = at;
	edge->part = audit_part_at(audit, at);
}

/* The pieces of a section are kept as one; who has a text has its end. */
static void
add_pieces(struct audit *audit)
{
	size_t i, first = 0;

	for (i = 1; i < audit->nodes.count; i++) {
		const struct audit_node *node = &audit->nodes.at[i];
		const struct audit_node *before = node - 1;

		if (before->section != node->section)
			first = i;
		else if (audit->sections.at[node->section].unit != AUDIT_NONE) {
			add_edge(audit, first, i, before->address);
			add_edge(audit, i, first, node->address);
		} else if (node->is_tail) {
			add_edge(audit, i - 1, i, before->address);
		}
	}
}

void
audit_find_edges(struct audit *audit)
{
	size_t i;

	keep_needed(audit);
	add_pieces(audit);
	for (i = 0; i < audit->linked.relocations.count; i++) {
		const struct linked_relocation *relocation =
			&audit->linked.relocations.at[i];

		add_edge(audit, audit_node_at(audit, relocation->at),
			 audit_relocation_target(audit, relocation),
			 relocation->at);
	}
	if (audit->edges.count != 0)
		qsort(audit->edges.at, audit->edges.count,
		      sizeof *audit->edges.at, edge_order);
	keep_first(audit);
}
