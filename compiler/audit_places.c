/* SPDX-License-Identifier: ISC */
/*
 * Audit, places: the file and function that what is no code comes from.
 *
 * By the first of these that is known:
 *
 * 1. of content, the files whose bytes it is;
 * 2. its variables in DWARF;
 * 3. whoever refers to it: jump tables, constants and other things that only
 *    the compiler has named; and the function of a literal text, where it is
 *    not the one that its line tells;
 * 4. its unit: what assembly, the layout and the linker make.
 *
 * An object of assembly has a name of its own and lies in no function, so those
 * who refer to it tell only if they are of the same unit: which of the files it
 * includes.
 */
#include <stdlib.h>
#include <string.h>

#include "audit.h"

struct place {
	size_t node;
	struct audit_source source;
};

/* Who refers to a literal. */
struct referrer {
	size_t node;		/* the literal */
	uint64_t address;	/* of it; another's may end as it does */
	struct audit_source source;
	const struct audit_scope *scope;	/* NULL: it is data */
};

struct places {
	struct audit *audit;
	LIST(struct place) list;	/* found in this round */
	bool *is_literal;		/* of each node */
	LIST(struct referrer) referrers;
};

/* A chain of tables without names is not longer; nor is a list of sources, or
 * one of equal literals, of units that are compiled. */
enum { ROUNDS_MAX = 8, PLACES_MAX = 1 << 20, LITERALS_MAX = 1024 };

struct audit_source
audit_source_at(const struct audit *audit, uint64_t address,
		const struct audit_scope **scope)
{
	const struct elf_image *image = &audit->image;
	uint64_t into;
	size_t i;

	*scope = NULL;
	for (i = 0; i < image->segments_count; i++) {
		into = address - image->segments[i].address;
		if (audit->code[i] == NULL ||
		    address < image->segments[i].address ||
		    into >= image->segments[i].bytes.size)
			continue;
		*scope = audit->scopes[i][into];
		return audit->code[i][into];
	}
	return (struct audit_source){ NULL, NULL };
}

static const char *
unit_label(const struct audit *audit, size_t node)
{
	size_t unit = audit->nodes.at[node].unit;

	return unit == AUDIT_NONE ? NULL : audit->units.at[unit].label;
}

/* ---- One round ---------------------------------------------------------------- */

static bool
is_open(const struct places *places, size_t node)
{
	return node != AUDIT_NONE &&
	       places->audit->nodes.at[node].kind != AUDIT_CODE &&
	       places->audit->nodes.at[node].sources_count == 0 &&
	       places->list.count < PLACES_MAX;
}

/* To a text and what ends it. */
static void
add(struct places *places, size_t node, struct audit_source source)
{
	const struct audit *audit = places->audit;

	for (; is_open(places, node) && source.file != NULL; node++) {
		*list_add(&places->list) = (struct place){ node, source };
		if (node + 1 == audit->nodes.count ||
		    !audit->nodes.at[node + 1].is_tail)
			break;
	}
}

static int
place_order(const void *a, const void *b)
{
	const struct place *first = a, *second = b;
	int order;

	if (first->node != second->node)
		return first->node < second->node ? -1 : 1;
	order = text_order_of(first->source.file, second->source.file);
	return order != 0 ? order
			  : text_order_of(first->source.function,
				       second->source.function);
}

/* Give what was found to the nodes. False: nothing was. */
static bool
settle(struct places *places)
{
	size_t count = places->list.count, kept = 0, i;
	struct audit_source *sources = arena_alloc(count + 1, sizeof *sources);
	struct audit_node *node;

	if (count == 0)
		return false;
	qsort(places->list.at, count, sizeof *places->list.at, place_order);
	for (i = 0; i < count; i++) {
		const struct place *place = &places->list.at[i];

		if (i != 0 && place_order(place - 1, place) == 0)
			continue;
		node = &places->audit->nodes.at[place->node];
		if (node->sources_count++ == 0)
			node->sources = &sources[kept];
		sources[kept++] = place->source;
	}
	places->list.count = 0;
	return true;
}

/* Whoever refers to a node. */
static void
add_referrer(struct places *places, const struct referrer *by)
{
	if (!is_open(places, by->node) || by->source.file == NULL)
		return;
	if (!places->is_literal[by->node])
		add(places, by->node, by->source);
	else if (places->referrers.count < PLACES_MAX)
		*list_add(&places->referrers) = *by;
}

/* ---- Who says so ---------------------------------------------------------------- */

static void
by_content(struct places *places)
{
	const struct audit *audit = places->audit;
	size_t i, j;

	for (i = 0; i < audit->nodes.count; i++) {
		const struct audit_section *section =
			&audit->sections.at[audit->nodes.at[i].section];

		for (j = 0; j < section->files.count; j++)
			add(places, i, (struct audit_source){
				section->files.at[j], NULL });
	}
}

/* Of a function that was inlined everywhere DWARF has no name; the compiler's
 * name for its variable has: "FUNCTION.VARIABLE", or a number behind it. */
static const char *
function_in_name(const char *name, const char *variable)
{
	const char *dot = strchr(name, '.');
	size_t bytes = strlen(variable);

	return dot != NULL && strncmp(dot + 1, variable, bytes) == 0 &&
			       (dot[1 + bytes] == '\0' ||
				dot[1 + bytes] == '.')
		       ? arena_copy_n(name, (size_t)(dot - name))
		       : NULL;
}

static void
find_literals(struct places *places)
{
	const struct audit *audit = places->audit;
	size_t i, node;

	for (i = 0; i < audit->nodes.count; i++)
		places->is_literal[i] = audit->nodes.at[i].kind == AUDIT_STRING;
	for (i = 0; i < audit->variables.count; i++) {
		node = audit_node_at(audit, audit->variables.at[i].address);
		if (node != AUDIT_NONE && audit->variables.at[i].name == NULL)
			places->is_literal[node] = true;
	}
}

/* Those of equal bytes may be one with a literal. */
static void
by_variables(struct places *places, bool are_literals)
{
	const struct audit *audit = places->audit;
	size_t i, node;

	for (i = 0; i < audit->variables.count; i++) {
		const struct audit_variable *variable =
			&audit->variables.at[i];
		struct audit_source source = variable->source;

		node = audit_node_at(audit, variable->address);
		if (node == AUDIT_NONE || variable->name == NULL ||
		    places->is_literal[node] != are_literals)
			continue;
		if (variable->is_local && source.function == NULL)
			source.function = function_in_name(
				audit->nodes.at[node].name, variable->name);
		add(places, node, source);
	}
}

static bool
is_assembly(const char *label)
{
	return label != NULL &&
	       (text_ends(label, ".S") || text_ends(label, ".s"));
}

static bool
may_tell(const struct audit *audit, size_t from, size_t to)
{
	return !is_assembly(unit_label(audit, to)) ||
	       audit->nodes.at[from].unit == audit->nodes.at[to].unit;
}

static void
by_referrers(struct places *places)
{
	const struct audit *audit = places->audit;
	size_t i, j;

	for (i = 0; i < audit->linked.relocations.count; i++) {
		const struct linked_relocation *relocation =
			&audit->linked.relocations.at[i];
		struct referrer by = { 0 };
		size_t from = audit_node_at(audit, relocation->at);
		const struct audit_node *node;

		by.node = audit_relocation_place(audit, relocation,
						 &by.address);
		if (from == AUDIT_NONE || by.node == AUDIT_NONE ||
		    from == by.node || !may_tell(audit, from, by.node))
			continue;
		node = &audit->nodes.at[from];
		if (node->kind == AUDIT_CODE) {
			by.source = audit_source_at(audit, relocation->at,
						    &by.scope);
			if (by.source.file == NULL)
				by.source.file = unit_label(audit, from);
			if (is_assembly(unit_label(audit, by.node)))
				by.source.function = NULL;
			add_referrer(places, &by);
		}
		for (j = 0; j < node->sources_count; j++) {
			by.source = node->sources[j];
			add_referrer(places, &by);
		}
	}
}

static void
by_units(struct places *places)
{
	size_t i;

	for (i = 0; i < places->audit->nodes.count; i++)
		add(places, i, (struct audit_source){
			unit_label(places->audit, i), NULL });
}

/* ---- Literals -------------------------------------------------------------------- */

/* What DWARF says of a literal. */
struct literal {
	uint64_t address;
	const struct audit_source *source;
	bool is_whole;		/* it ends where its node does */
	bool is_taken;		/* it is known who refers to it */
};

struct literals {
	LIST(struct literal) list;	/* by address */
};

static int
literal_order(const void *a, const void *b)
{
	const struct literal *first = a, *second = b;

	return (first->address > second->address) -
	       (first->address < second->address);
}

/* Where the text ends that a node is, or begins. */
static uint64_t
end_of(const struct audit *audit, size_t node)
{
	while (node + 1 < audit->nodes.count &&
	       audit->nodes.at[node + 1].is_tail)
		node++;
	return audit->nodes.at[node].address + audit->nodes.at[node].size;
}

static struct literals
literals_of(const struct audit *audit)
{
	struct literals literals = { 0 };
	size_t i, node;

	for (i = 0; i < audit->variables.count; i++) {
		const struct audit_variable *is = &audit->variables.at[i];

		node = audit_node_at(audit, is->address);
		if (node != AUDIT_NONE && is->name == NULL)
			*list_add(&literals.list) = (struct literal){
				.address = is->address, .source = &is->source,
				.is_whole = is->size == end_of(audit, node) -
								is->address,
			};
	}
	if (literals.list.count != 0)
		qsort(literals.list.at, literals.list.count,
		      sizeof *literals.list.at, literal_order);
	return literals;
}

/* The literals at an address: list.at[first] up to *end. */
static size_t
literals_at(const struct literals *literals, uint64_t address, size_t *end)
{
	size_t low = 0, high = literals->list.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (literals->list.at[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	for (*end = low; *end < literals->list.count &&
	     *end - low < LITERALS_MAX &&
	     literals->list.at[*end].address == address;)
		++*end;
	return low;
}

/* Is the reference made in this function, wherever that was inlined? */
static bool
is_made_in(const struct referrer *referrer, const struct audit_source *source)
{
	const struct audit_scope *scope = referrer->scope;

	if (scope == NULL)
		return text_order_of(referrer->source.file, source->file) == 0 &&
		       text_order_of(referrer->source.function,
				  source->function) == 0;
	while (scope != NULL && text_order_of(scope->name, source->function) != 0)
		scope = scope->outer;
	return scope != NULL && scope->name != NULL;
}

/* The literal in whose function the reference is made, or NULL. */
static struct literal *
taken_by(struct literals *literals, const struct referrer *referrer)
{
	size_t i, end;

	for (i = literals_at(literals, referrer->address, &end); i < end; i++)
		if (is_made_in(referrer, literals->list.at[i].source))
			return &literals->list.at[i];
	return NULL;
}

/* The file of a reference that is made from another one: it is to a literal
 * that nothing else refers to. Else NULL. */
static const char *
other_file(const struct literals *literals, const struct referrer *referrer)
{
	const char *file = NULL;
	size_t i, end;

	for (i = literals_at(literals, referrer->address, &end); i < end; i++) {
		const struct literal *literal = &literals->list.at[i];

		if (text_order_of(literal->source->file,
			       referrer->source.file) == 0)
			return NULL;
		if (literal->is_whole && !literal->is_taken && file == NULL)
			file = literal->source->file;
	}
	return file;
}

/*
 * Each that refers to it, by the function in which the literal is written if
 * that is one whose code refers to it. Of several equal ones in a unit DWARF
 * knows one, and the linker gives it of one that is not in the image the
 * address of another.
 */
static void
place_literals(struct places *places)
{
	struct literals literals = literals_of(places->audit);
	struct literal *literal;
	const char *file;
	size_t i, pass;

	places->referrers.count = 0;
	by_referrers(places);
	for (pass = 0; pass < 2; pass++)
		for (i = 0; i < places->referrers.count; i++) {
			const struct referrer *referrer =
				&places->referrers.at[i];

			literal = taken_by(&literals, referrer);
			if (literal != NULL)
				literal->is_taken = true;
			if (pass == 0)
				continue;
			file = literal != NULL
				       ? NULL
				       : other_file(&literals, referrer);
			add(places, referrer->node,
			    literal != NULL ? *literal->source
			    : file != NULL
				    ? (struct audit_source){ file, NULL }
				    : referrer->source);
		}
}

/* ---- Functions of assembly ------------------------------------------------------- */

static int
symbol_order(const void *a, const void *b)
{
	const struct linked_symbol *const *first = a, *const *second = b;

	if ((*first)->address != (*second)->address)
		return (*first)->address < (*second)->address ? -1 : 1;
	if ((*first)->is_global != (*second)->is_global)
		return (*first)->is_global ? 1 : -1;
	return strcmp((*second)->name, (*first)->name);
}

static void
name_bytes(struct audit *audit, uint64_t at, uint64_t end, const char *name)
{
	const struct elf_image *image = &audit->image;
	size_t i;

	for (i = 0; i < image->segments_count; i++) {
		const struct elf_segment *segment = &image->segments[i];

		for (; audit->code[i] != NULL && at < end &&
		     at >= segment->address &&
		     at - segment->address < segment->bytes.size; at++)
			if (audit->code[i][at - segment->address].function ==
			    NULL)
				audit->code[i][at - segment->address]
					.function = name;
	}
}

/* Of which DWARF has no functions: from one symbol to the next. Of several at
 * one address the last wins, a global one. */
static void
name_functions(struct audit *audit)
{
	const struct linked_symbol **symbols =
		arena_alloc(audit->linked.symbols_count + 1, sizeof *symbols);
	size_t count = 0, i, next, node;

	for (i = 0; i < audit->linked.symbols_count; i++) {
		const struct linked_symbol *is = &audit->linked.symbols[i];

		node = audit_node_at(audit, is->address);
		if (node != AUDIT_NONE && !is->is_section &&
		    is->section != 0 && is->name[0] != '\0' &&
		    audit->nodes.at[node].kind == AUDIT_CODE &&
		    !audit_is_layout_symbol(audit, is->name))
			symbols[count++] = is;
	}
	qsort(symbols, count, sizeof *symbols, symbol_order);
	for (i = 0; i < count; i = next) {
		const struct audit_node *of;
		uint64_t end;

		for (next = i + 1; next < count && symbols[next]->address ==
							symbols[i]->address;)
			next++;
		of = &audit->nodes.at[audit_node_at(audit,
						    symbols[i]->address)];
		end = of->address + of->size;
		if (next < count && symbols[next]->address < end)
			end = symbols[next]->address;
		name_bytes(audit, symbols[i]->address, end,
			   audit_printable(symbols[next - 1]->name));
	}
}

void
audit_find_places(struct audit *audit)
{
	struct places places = {
		.audit = audit,
		.is_literal = arena_alloc(audit->nodes.count + 1,
					  sizeof *places.is_literal),
	};
	unsigned round = 0;

	name_functions(audit);
	by_content(&places);
	settle(&places);
	find_literals(&places);
	by_variables(&places, false);
	settle(&places);
	do {
		places.referrers.count = 0;
		by_referrers(&places);
	} while (settle(&places) && ++round < ROUNDS_MAX);
	places.list.count = 0;
	by_variables(&places, true);
	place_literals(&places);
	settle(&places);
	by_units(&places);
	settle(&places);
}
