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

/*
 * The immediate bytes between a field relative to the next instruction and
 * that instruction (Intel SDM 2A, 2.1): before the field lie the opcode and a
 * ModRM byte that says "relative" (mod 0, r/m 5); a jump or call has none.
 */
static unsigned
immediate_bytes(const struct linked_section *section, uint64_t at)
{
	const uint8_t *field;
	unsigned opcode, extension;

	if (section == NULL || at - section->address < 3)
		return 0;
	field = section->bytes.at + (at - section->address);
	if ((field[-1] & 0xc7) != 0x05)
		return 0;
	opcode = field[-2];
	extension = (field[-1] >> 3) & 7;
	if (field[-3] == 0x0f)
		return opcode == 0xa4 || opcode == 0xac || opcode == 0xba ||
		       opcode == 0x70 || opcode == 0xc2 || opcode == 0xc6;
	if (opcode == 0x80 || opcode == 0x83 || opcode == 0xc0 ||
	    opcode == 0xc1 || opcode == 0xc6 || opcode == 0x6b ||
	    (opcode == 0xf6 && extension < 2))
		return 1;
	if (opcode == 0x81 || opcode == 0xc7 || opcode == 0x69 ||
	    (opcode == 0xf7 && extension < 2))
		return field[-3] == 0x66 ? 2 : 4;
	return 0;
}

static bool
is_relative(unsigned type)
{
	return type == R_X86_64_PC32 || type == R_X86_64_PLT32 ||
	       type == R_X86_64_PC64 || type == R_X86_64_PC16 ||
	       type == R_X86_64_PC8;
}

static uint64_t
target_address(const struct audit *audit,
	       const struct linked_relocation *relocation)
{
	uint64_t address = audit->linked.symbols[relocation->symbol].address +
			   (uint64_t)relocation->addend;

	if (is_relative(relocation->type))
		address += FIELD_BYTES +
			   immediate_bytes(section_of(audit, relocation->at),
					   relocation->at);
	return address;
}

/*
 * A symbol of its own names what is meant, whatever is added to it. Of a
 * section, it is what is added that tells.
 */
size_t
audit_relocation_target(const struct audit *audit,
			const struct linked_relocation *relocation)
{
	const struct linked_symbol *symbol =
		&audit->linked.symbols[relocation->symbol];

	if (symbol->section == 0 ||
	    audit_is_layout_symbol(audit, symbol->name))
		return AUDIT_NONE;
	if (!symbol->is_section)
		return audit_node_at(audit, symbol->address);
	return audit_node_at(audit, target_address(audit, relocation));
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
		    audit->edges.at[kept - 1].to == edge->to)
			continue;
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

	if (from == AUDIT_NONE || to == AUDIT_NONE || from == to)
		return;
	edge = list_add(&audit->edges);
	edge->from = from;
	edge->to = to;
	edge->at = at;
}

/*
 * A table whose index starts at 1 is referred to by an address before it, one
 * whose index counts up to 0 by that of its end: what nothing seems to refer to
 * is looked for so, in its own unit.
 */
static void
find_biased(struct audit *audit, size_t to)
{
	enum { BIAS_BYTES_MAX = 64 };
	const struct audit_node *node = &audit->nodes.at[to];
	size_t i, from;

	for (i = 0; i < audit->linked.relocations.count; i++) {
		const struct linked_relocation *relocation =
			&audit->linked.relocations.at[i];
		uint64_t target = target_address(audit, relocation);

		if (!audit->linked.symbols[relocation->symbol].is_section ||
		    (node->address - target > BIAS_BYTES_MAX &&
		     target - (node->address + node->size) > BIAS_BYTES_MAX))
			continue;
		from = audit_node_at(audit, relocation->at);
		if (from != AUDIT_NONE &&
		    audit->nodes.at[from].unit == node->unit)
			add_edge(audit, from, to, relocation->at);
	}
}

static void
find_all_biased(struct audit *audit)
{
	enum { LOOKED_FOR_MAX = 256 };
	bool *is_referred = arena_alloc(audit->nodes.count + 1,
					sizeof *is_referred);
	size_t i, looked_for = 0;

	for (i = 0; i < audit->edges.count; i++)
		is_referred[audit->edges.at[i].to] = true;
	for (i = 0; i < audit->nodes.count && looked_for < LOOKED_FOR_MAX; i++)
		if (!is_referred[i] && audit->nodes.at[i].unit != AUDIT_NONE &&
		    audit->nodes.at[i].kind != AUDIT_NOTE) {
			find_biased(audit, i);
			looked_for++;
		}
}

void
audit_find_edges(struct audit *audit)
{
	size_t i;

	for (i = 0; i < audit->linked.relocations.count; i++) {
		const struct linked_relocation *relocation =
			&audit->linked.relocations.at[i];

		add_edge(audit, audit_node_at(audit, relocation->at),
			 audit_relocation_target(audit, relocation),
			 relocation->at);
	}
	find_all_biased(audit);
	if (audit->edges.count != 0)
		qsort(audit->edges.at, audit->edges.count,
		      sizeof *audit->edges.at, edge_order);
	keep_first(audit);
}
