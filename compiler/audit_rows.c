/* SPDX-License-Identifier: ISC */
/*
 * Audit, rows: the file from its first byte to its last, each byte once.
 *
 * A row ends where its kind, its node or its source does. What lies in a
 * segment and in no node aligns what follows; what lies in no segment is a
 * header or pads.
 */
#include <elf.h>
#include <string.h>

#include "audit.h"

const char *const audit_kinds[AUDIT_KINDS] = {
	"code", "constants", "data", "string", "table", "header", "padding",
	"note",
};

static struct audit_row *
add_row(struct audit *audit, size_t offset, size_t end, enum audit_kind kind)
{
	struct audit_row *row = list_add(&audit->rows);

	row->offset = offset;
	row->size = end - offset;
	row->kind = kind;
	row->node = AUDIT_NONE;
	row->part = AUDIT_NONE;
	return row;
}

static bool
is_same(const char *a, const char *b)
{
	return text_order_of(a, b) == 0;
}

/* Code, a row for each run of one source; sources[0] is its first byte's. */
static void
add_code(struct audit *audit, size_t node, size_t offset, size_t end,
	 const struct audit_source *sources)
{
	uint64_t address = audit->nodes.at[node].address;
	const struct audit_unit *unit =
		audit->nodes.at[node].unit == AUDIT_NONE
			? NULL
			: &audit->units.at[audit->nodes.at[node].unit];
	size_t start = offset, i;

	for (i = start; i <= end; i++) {
		const struct audit_source *from = &sources[start - offset];
		const struct audit_source *here = &sources[i - offset];
		struct audit_row *row;

		if (i < end && is_same(here->file, from->file) &&
		    is_same(here->function, from->function))
			continue;
		if (i == start)
			break;
		row = add_row(audit, start, i, AUDIT_CODE);
		row->node = node;
		row->source = from->file != NULL ? from->file
			      : unit != NULL	 ? unit->label
						 : NULL;
		row->function = from->function != NULL
					? from->function
					: audit->nodes.at[node].name;
		row->part = audit_part_at(audit, address + (start - offset));
		start = i;
	}
}

/* What all sources of the node say. */
static void
agree(const struct audit_node *node, struct audit_row *row)
{
	bool is_one_file = node->sources_count != 0;
	bool is_one_function = is_one_file;
	size_t i;

	for (i = 1; i < node->sources_count; i++) {
		is_one_file &= is_same(node->sources[i].file,
				       node->sources[0].file);
		is_one_function &= is_same(node->sources[i].function,
					   node->sources[0].function);
	}
	if (is_one_file)
		row->source = node->sources[0].file;
	if (is_one_file && is_one_function)
		row->function = node->sources[0].function;
}

static void
add_node(struct audit *audit, size_t index, size_t offset, size_t end,
	 const struct audit_source *sources)
{
	const struct audit_node *node = &audit->nodes.at[index];
	struct audit_row *row;

	if (node->kind == AUDIT_CODE && sources != NULL) {
		add_code(audit, index, offset, end, sources);
		return;
	}
	row = add_row(audit, offset, end, node->kind);
	row->node = index;
	agree(node, row);
}

/* Padding is of what follows it, or ends what is before it. */
static void
add_padding(struct audit *audit, size_t offset, size_t end, size_t node)
{
	if (offset != end)
		add_row(audit, offset, end, AUDIT_PADDING)->node =
			node < audit->nodes.count ? node : AUDIT_NONE;
}

static size_t
first_node_after(const struct audit *audit, uint64_t address)
{
	size_t i;

	for (i = 0; i < audit->nodes.count; i++)
		if (audit->nodes.at[i].address + audit->nodes.at[i].size >
		    address)
			break;
	return i;
}

static void
add_segment(struct audit *audit, const struct elf_segment *segment)
{
	const struct audit_source *sources =
		audit->code[segment - audit->image.segments];
	uint64_t start = segment->address, at = start;
	uint64_t end = start + segment->bytes.size;
	size_t i;

	for (i = first_node_after(audit, start);
	     i < audit->nodes.count && audit->nodes.at[i].address < end; i++) {
		const struct audit_node *node = &audit->nodes.at[i];
		uint64_t to = node->address + node->size;

		if (to > end)
			to = end;
		if (node->address > at) {
			add_padding(audit, segment->offset + (at - start),
				    segment->offset + (node->address - start),
				    i);
			at = node->address;
		}
		add_node(audit, i, segment->offset + (at - start),
			 segment->offset + (to - start),
			 sources == NULL ? NULL : sources + (at - start));
		at = to;
	}
	add_padding(audit, segment->offset + (at - start),
		    segment->offset + segment->bytes.size,
		    i == 0 ? AUDIT_NONE : i - 1);
}

static const struct elf_segment *
next_segment(const struct audit *audit, size_t offset)
{
	const struct elf_segment *next = NULL;
	size_t i;

	for (i = 0; i < audit->image.segments_count; i++) {
		const struct elf_segment *segment = &audit->image.segments[i];

		if (segment->bytes.size != 0 && segment->offset >= offset &&
		    (next == NULL || segment->offset < next->offset))
			next = segment;
	}
	return next;
}

/* The end of the headers, where unicc places them; 0: they are elsewhere, or a
 * segment lies in them. */
static size_t
headers_end(const struct audit *audit)
{
	Elf64_Ehdr header;
	size_t end, i;

	/* Cannot fail: elf_read has taken the file. */
	memcpy(&header, audit->file.at, sizeof header);
	end = sizeof header + header.e_phnum * sizeof(Elf64_Phdr);
	if (header.e_phoff != sizeof header || end > audit->file.size)
		return 0;
	for (i = 0; i < audit->image.segments_count; i++)
		if (audit->image.segments[i].bytes.size != 0 &&
		    audit->image.segments[i].offset < end)
			return 0;
	return end;
}

/* Code lies where it can be executed; what is there may be no code. */
static bool
is_in_place(const struct audit *audit, const struct elf_segment *segment)
{
	size_t i;

	for (i = first_node_after(audit, segment->address);
	     i < audit->nodes.count && audit->nodes.at[i].address <
	     segment->address + segment->bytes.size; i++)
		if (audit->nodes.at[i].kind == AUDIT_CODE &&
		    !segment->is_executable)
			return false;
	return true;
}

/* The rows of a node follow each other; what pads before it is not of it. */
static void
count_rows(struct audit *audit)
{
	size_t i;

	for (i = audit->rows.count; i-- != 0;) {
		const struct audit_row *row = &audit->rows.at[i];
		struct audit_node *node;

		if (row->node == AUDIT_NONE || row->kind == AUDIT_PADDING)
			continue;
		node = &audit->nodes.at[row->node];
		node->first_row = i;
		node->rows_count++;
		node->file_bytes += row->size;
	}
}

/* lld fills between sections with zeros or, in code, with int3. */
static const char *
check_padding(const struct audit *audit)
{
	enum { INT3 = 0xcc };
	size_t i, j;

	for (i = 0; i < audit->rows.count; i++) {
		const struct audit_row *row = &audit->rows.at[i];

		for (j = 0; row->kind == AUDIT_PADDING && j < row->size; j++)
			if (audit->file.at[row->offset + j] != 0 &&
			    audit->file.at[row->offset + j] != INT3)
				return arena_printf("nothing is known to lie "
						    "at byte %zu",
						    row->offset + j);
	}
	return NULL;
}

const char *
audit_find_rows(struct audit *audit)
{
	size_t at = headers_end(audit);
	const struct elf_segment *segment;

	if (at == 0)
		return "its headers are not where unicc places them";
	add_row(audit, 0, sizeof(Elf64_Ehdr), AUDIT_HEADER);
	add_row(audit, sizeof(Elf64_Ehdr), at, AUDIT_HEADER);
	while ((segment = next_segment(audit, at)) != NULL) {
		if (!is_in_place(audit, segment))
			return "its code is not where its sections say";
		add_padding(audit, at, segment->offset,
			    first_node_after(audit, segment->address));
		add_segment(audit, segment);
		at = segment->offset + segment->bytes.size;
	}
	if (at != audit->file.size)
		return "bytes follow its last segment";
	count_rows(audit);
	return check_padding(audit);
}

uint64_t
audit_address_of(const struct audit *audit, size_t offset)
{
	size_t i;

	for (i = 0; i < audit->image.segments_count; i++) {
		const struct elf_segment *segment = &audit->image.segments[i];

		if (offset >= segment->offset &&
		    offset - segment->offset < segment->bytes.size)
			return segment->address + (offset - segment->offset);
	}
	return 0;
}

const char *
audit_module_of(const struct audit *audit, const struct audit_node *node)
{
	const struct audit_unit *units = audit->units.at;
	size_t i;

	if (node->unit != AUDIT_NONE)
		return units[node->unit].module;
	for (i = 1; i < node->units_count; i++)
		if (!text_equal(units[node->units[i]].module,
				units[node->units[0]].module))
			break;
	return i < node->units_count || node->units_count == 0
		       ? "shared"
		       : units[node->units[0]].module;
}

const char *
audit_analyse(struct audit *audit)
{
	const char *wrong = elf_read(audit->file, &audit->image);

	if (wrong == NULL)
		wrong = linked_read(audit->debug, &audit->linked);
	if (wrong == NULL)
		wrong = audit_find_nodes(audit);
	if (wrong != NULL)
		return wrong;
	audit_sources(audit);
	audit_find_edges(audit);
	audit_find_parts(audit);
	audit_find_causes(audit);
	audit_find_places(audit);
	wrong = audit_find_rows(audit);
	if (wrong == NULL)
		audit_find_removals(audit);
	return wrong;
}
