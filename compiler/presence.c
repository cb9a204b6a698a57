/* SPDX-License-Identifier: ISC */
/*
 * Presence: see presence.h.
 *
 * Names come from two places: symbols, and what NAME.debug says was inlined.
 * Where equal code was folded, what is in the one is in the other, too.
 */
#include "presence.h"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdlib.h>
#include <string.h>

#include "unicc.h"

/* ---- Names --------------------------------------------------------------------- */

bool
presence_is_numbered(const char *name)
{
	const char *dot = strrchr(name, '.');

	return name[0] == '.' ||
	       (dot != NULL && dot[1 + strspn(dot + 1, "0123456789")] == '\0');
}

static const char *
key(const char *file, const char *name)
{
	const char *slash = strrchr(file, '/');

	return arena_printf("%s:%s", slash == NULL ? file : slash + 1, name);
}

/* No unit's name begins so. */
static const char *
source_key(const char *label)
{
	return arena_printf("=%s", label);
}

static int
name_order(const void *a, const void *b)
{
	const char *const *first = a, *const *second = b;

	return strcmp(*first, *second);
}

static void
sort_names(struct presence *presence)
{
	const char **names = presence->names.at;
	size_t i, kept = 0;

	if (presence->names.count != 0)
		qsort(names, presence->names.count, sizeof *names, name_order);
	for (i = 0; i < presence->names.count; i++)
		if (kept == 0 || !text_equal(names[kept - 1], names[i]))
			names[kept++] = names[i];
	presence->names.count = kept;
}

static bool
has_name(const struct presence *presence, const char *name)
{
	return presence->names.count != 0 &&
	       bsearch(&name, presence->names.at, presence->names.count,
		       sizeof(char *), name_order) != NULL;
}

/* ---- Symbols ------------------------------------------------------------------- */

/* Has the symbol a name of the source, and is it of a thing? */
static bool
is_named(const struct audit *audit, const struct linked_symbol *symbol)
{
	return symbol->section != 0 && !symbol->is_section &&
	       symbol->name[0] != '\0' &&
	       !presence_is_numbered(symbol->name) &&
	       !audit_is_layout_symbol(audit, symbol->name);
}

/* Symbols by address: which units have what lies at one. */
struct places {
	LIST(const struct linked_symbol *) symbols;
};

static int
address_order(const void *a, const void *b)
{
	const struct linked_symbol *const *first = a, *const *second = b;

	return ((*first)->address > (*second)->address) -
	       ((*first)->address < (*second)->address);
}

static struct places
places_of(const struct audit *audit)
{
	struct places places = { 0 };
	size_t i;

	for (i = 0; i < audit->linked.symbols_count; i++)
		if (is_named(audit, &audit->linked.symbols[i]))
			*list_add(&places.symbols) = &audit->linked.symbols[i];
	if (places.symbols.count != 0)
		qsort(places.symbols.at, places.symbols.count,
		      sizeof *places.symbols.at, address_order);
	return places;
}

/* The first at or behind this address. */
static size_t
first_at(const struct places *places, uint64_t address)
{
	size_t low = 0, high = places->symbols.count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (places->symbols.at[middle]->address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* ---- Inlined functions --------------------------------------------------------- */

struct reader {
	struct presence *presence;
	const struct audit *audit;
	struct places places;
	const char *file;	/* of the unit that is read */
};

/* Into the function at node, which other units may have, too. */
static void
add_inlined(const struct reader *reader, const char *name, size_t node)
{
	uint64_t address = reader->audit->nodes.at[node].address;
	const struct places *places = &reader->places;
	size_t i;

	*list_add(&reader->presence->names) = key(reader->file, name);
	for (i = first_at(places, address); i < places->symbols.count &&
	     places->symbols.at[i]->address == address; i++)
		if (!places->symbols.at[i]->is_global)
			*list_add(&reader->presence->names) =
				key(places->symbols.at[i]->file, name);
}

/* What was dropped has ranges too, at no address of the image. */
static void
read_inlined(const struct reader *reader, Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);
	Dwarf_Addr base, from, to;
	ptrdiff_t offset = 0;
	size_t node;

	while (name != NULL &&
	       (offset = dwarf_ranges(die, offset, &base, &from, &to)) > 0) {
		node = from < to ? audit_node_at(reader->audit, from)
				 : AUDIT_NONE;
		if (node != AUDIT_NONE)
			add_inlined(reader, name, node);
	}
}

enum { DEPTH_MAX = 256 };

static void
read_children(const struct reader *reader, Dwarf_Die *parent, unsigned depth)
{
	Dwarf_Die child;
	int more;

	if (depth == DEPTH_MAX)
		return;
	for (more = dwarf_child(parent, &child); more == 0;
	     more = dwarf_siblingof(&child, &child)) {
		int tag = dwarf_tag(&child);

		if (tag == DW_TAG_inlined_subroutine)
			read_inlined(reader, &child);
		if (tag == DW_TAG_inlined_subroutine ||
		    tag == DW_TAG_subprogram || tag == DW_TAG_lexical_block)
			read_children(reader, &child, depth + 1);
	}
}

static void
read_units(struct reader *reader, Dwarf *dwarf)
{
	Dwarf_Off offset = 0, next;
	size_t header_bytes;
	Dwarf_Die unit;

	for (; dwarf_nextcu(dwarf, offset, &next, &header_bytes, NULL, NULL,
			    NULL) == 0; offset = next)
		if (dwarf_offdie(dwarf, offset + header_bytes, &unit) != NULL &&
		    (reader->file = dwarf_diename(&unit)) != NULL)
			read_children(reader, &unit, 0);
}

/* Of code by its rows; of what is no code all that share it. */
static void
add_sources(struct presence *presence, const struct audit *audit)
{
	const char *last = NULL, *source;
	size_t i, j;

	for (i = 0; i < audit->nodes.count; i++)
		for (j = 0; j < audit->nodes.at[i].sources_count; j++)
			if (audit->nodes.at[i].sources[j].file != NULL)
				*list_add(&presence->names) = source_key(
					audit->nodes.at[i].sources[j].file);
	for (i = 0; i < audit->rows.count; i++) {
		source = audit->rows.at[i].source;
		if (source == NULL || (last != NULL && text_equal(source, last)))
			continue;
		*list_add(&presence->names) = source_key(source);
		last = source;
	}
}

struct presence
presence_of(const struct audit *audit)
{
	struct presence presence = { .file = audit->file };
	struct reader reader = { &presence, audit, places_of(audit), NULL };
	Dwarf *dwarf;
	size_t i;
	Elf *elf;

	for (i = 0; i < reader.places.symbols.count; i++)
		*list_add(&presence.names) =
			key(reader.places.symbols.at[i]->file,
			    reader.places.symbols.at[i]->name);
	add_sources(&presence, audit);
	if (elf_version(EV_CURRENT) != EV_NONE) {
		/* libelf only reads; its type is older than const. */
		elf = elf_memory((char *)(uintptr_t)audit->debug.at,
				 audit->debug.size);
		dwarf = elf == NULL ? NULL
				    : dwarf_begin_elf(elf, DWARF_C_READ, NULL);
		if (dwarf != NULL)
			read_units(&reader, dwarf);
		dwarf_end(dwarf);
		elf_end(elf);
	}
	sort_names(&presence);
	return presence;
}

/* ---- Things -------------------------------------------------------------------- */

bool
presence_add_node(struct things *things, const struct audit *audit,
		  const struct audit_node *node)
{
	size_t i, before = things->names.count;

	if (node->kind == AUDIT_STRING && !node->is_symbol) {
		*list_add(&things->texts) = node->name;
		return node->name[0] != '\0';
	}
	for (i = 0; i < audit->linked.symbols_count; i++) {
		const struct linked_symbol *symbol = &audit->linked.symbols[i];

		if (symbol->address != node->address ||
		    !is_named(audit, symbol))
			continue;
		*list_add(&things->names) = key(symbol->file, symbol->name);
		/* A global one may be inlined in its own unit. */
		if (symbol->is_global && node->unit != AUDIT_NONE)
			*list_add(&things->names) =
				key(audit->units.at[node->unit].label,
				    symbol->name);
	}
	return things->names.count != before;
}

bool
presence_add_found(struct things *things, const struct audit *audit,
		   const struct found *found, const char *name)
{
	bool is_inlined = text_equal(found->as, "inlined function");
	size_t i;

	if (found->cause != AUDIT_NONE || text_equal(found->as, "module"))
		return false;
	if (text_equal(found->as, "source")) {
		*list_add(&things->names) = source_key(name);
		return true;
	}
	for (i = 0; i < found->nodes.count; i++) {
		const struct audit_node *node =
			&audit->nodes.at[found->nodes.at[i]];

		if (is_inlined && node->unit != AUDIT_NONE)
			*list_add(&things->names) =
				key(audit->units.at[node->unit].label, name);
		else if (is_inlined ||
			 !presence_add_node(things, audit, node))
			return false;
	}
	return things->names.count + things->texts.count != 0;
}

bool
presence_has(const struct presence *presence, const struct things *things)
{
	size_t i;

	for (i = 0; i < things->names.count; i++)
		if (has_name(presence, things->names.at[i]))
			return true;
	for (i = 0; i < things->texts.count; i++)
		if (memmem(presence->file.at, presence->file.size,
			   things->texts.at[i],
			   strlen(things->texts.at[i])) != NULL)
			return true;
	return false;
}
