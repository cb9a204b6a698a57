/* SPDX-License-Identifier: ISC */
/* Audit, names: see audit_find.h. */
#include "audit_find.h"

#include <stdlib.h>
#include <string.h>

static struct found *
add_found(struct finding *finding, const char *as)
{
	struct found *found = list_add(&finding->list);

	found->as = as;
	found->cause = AUDIT_NONE;
	return found;
}

static void
add_row(const struct audit *audit, struct found *found, size_t row)
{
	*list_add(&found->rows) = row;
	found->bytes += audit->rows.at[row].size;
}

static void
add_node(const struct audit *audit, struct found *found, size_t node)
{
	size_t i;

	if (found->nodes.count != 0 &&
	    found->nodes.at[found->nodes.count - 1] == node)
		return;
	*list_add(&found->nodes) = node;
	for (i = 0; i < audit->nodes.at[node].rows_count; i++)
		add_row(audit, found, audit->nodes.at[node].first_row + i);
}

/* All nodes for which is(audit, node, thing), as one. */
static void
find_nodes(const struct audit *audit, struct finding *finding, const char *as,
	   const char *thing,
	   bool (*is)(const struct audit *, const struct audit_node *,
		      const char *))
{
	struct found *found = NULL;
	size_t i;

	for (i = 0; i < audit->nodes.count; i++)
		if (is(audit, &audit->nodes.at[i], thing)) {
			if (found == NULL)
				found = add_found(finding, as);
			add_node(audit, found, i);
		}
}

/* ---- Instances and modules ------------------------------------------------------ */

static void
find_causes(const struct audit *audit, struct finding *finding,
	    const char *thing)
{
	struct found *found;
	size_t i, j;

	for (i = 0; i < audit->causes.count; i++) {
		const struct audit_cause *is = &audit->causes.at[i];

		/* "web.lua:6" is all that this line asks for. */
		if (!text_equal(is->name, thing) &&
		    !text_equal(is->origin, thing))
			continue;
		found = add_found(finding, strchr(is->name, '.') != NULL
						   ? "setting"
						   : "instance");
		found->cause = i;
		for (j = 0; j < audit->nodes.count; j++)
			if (audit_cause_of(audit, &audit->nodes.at[j]) == i)
				add_node(audit, found, j);
	}
}

static bool
is_of_module(const struct audit *audit, const struct audit_node *node,
	     const char *thing)
{
	return text_equal(audit_module_of(audit, node), thing);
}

/* ---- Names ------------------------------------------------------------------------ */

static void
find_symbols(const struct audit *audit, struct finding *finding,
	     const char *thing)
{
	size_t i, j, node;

	for (i = 0; i < audit->linked.symbols_count; i++) {
		const struct linked_symbol *symbol = &audit->linked.symbols[i];

		if (symbol->section == 0 || !text_equal(symbol->name, thing) ||
		    audit_is_layout_symbol(audit, thing))
			continue;
		node = audit_node_at(audit, symbol->address);
		for (j = 0; j < finding->list.count; j++)
			if (finding->list.at[j].nodes.at[0] == node)
				break;
		if (node != AUDIT_NONE && j == finding->list.count)
			add_node(audit, add_found(finding, "symbol"), node);
	}
}

static bool
is_in_section(const struct audit *audit, const struct audit_node *node,
	      const char *thing)
{
	const struct linked_section *output;
	const char *name = audit->sections.at[node->section].name;

	if (text_equal(name, thing))
		return true;
	output = linked_section(&audit->linked, thing);
	return output != NULL && output->is_loaded &&
	       node->address >= output->address &&
	       node->address - output->address < output->size;
}

static bool
is_of_source(const struct audit *audit, const struct audit_node *node,
	     const char *thing)
{
	return node->unit != AUDIT_NONE &&
	       text_equal(audit->units.at[node->unit].label, thing);
}

/* "lwip:src/core/tcp.c", or the end of it: "tcp.c", "core/tcp.c". */
static bool
is_file(const char *label, const char *thing)
{
	size_t label_bytes = strlen(label), bytes = strlen(thing);

	return text_equal(label, thing) ||
	       (label_bytes > bytes && text_ends(label, thing) &&
		label[label_bytes - bytes - 1] == '/');
}

static bool
has_source(const struct audit *audit, const struct audit_row *row,
	   const char *thing)
{
	const struct audit_node *node = &audit->nodes.at[row->node];
	size_t i;

	if (row->kind == AUDIT_PADDING)
		return false;
	for (i = 0; i < node->sources_count; i++)
		if (is_file(node->sources[i].file, thing))
			return true;
	return row->source != NULL && is_file(row->source, thing);
}

/* Is any of its code that of a function inlined in this one? */
static bool
is_inlined_in(const struct audit *audit, const struct audit_row *row,
	      const char *thing)
{
	uint64_t address = audit_address_of(audit, row->offset);
	const struct audit_scope *scope, *seen = NULL;
	size_t i;

	for (i = 0; row->kind == AUDIT_CODE && i < row->size; i++) {
		audit_source_at(audit, address + i, &scope);
		if (scope == seen)
			continue;
		for (seen = scope; scope != NULL; scope = scope->outer)
			if (scope->name != NULL &&
			    text_equal(scope->name, thing))
				return true;
	}
	return false;
}

/* A function of which nothing is left but what it calls, inlined, too. */
static void
find_outer(const struct audit *audit, struct finding *finding,
	   const char *thing)
{
	struct found found = { .cause = AUDIT_NONE, .as = "inlined function" };
	size_t i;

	for (i = 0; i < audit->rows.count; i++) {
		const struct audit_row *row = &audit->rows.at[i];

		if (!is_inlined_in(audit, row, thing))
			continue;
		if (found.nodes.count == 0 ||
		    found.nodes.at[found.nodes.count - 1] != row->node)
			*list_add(&found.nodes) = row->node;
		add_row(audit, &found, i);
	}
	if (found.nodes.count != 0)
		*list_add(&finding->list) = found;
}

/* Rows, for what is finer than a node: sources and inlined functions. */
static void
find_rows(const struct audit *audit, struct finding *finding, const char *thing)
{
	struct found *source = NULL, *function = NULL;
	struct found **found;
	size_t i;

	for (i = 0; i < audit->rows.count; i++) {
		const struct audit_row *row = &audit->rows.at[i];

		if (row->node == AUDIT_NONE)
			continue;
		if (has_source(audit, row, thing))
			found = &source;
		else if (row->function != NULL &&
			 text_equal(row->function, thing))
			found = &function;
		else
			continue;
		if (*found == NULL) {
			*found = arena_alloc(1, sizeof **found);
			(*found)->cause = AUDIT_NONE;
			(*found)->as = found == &source ? "source"
							: "inlined function";
		}
		if ((*found)->nodes.count == 0 ||
		    (*found)->nodes.at[(*found)->nodes.count - 1] != row->node)
			*list_add(&(*found)->nodes) = row->node;
		add_row(audit, *found, i);
	}
	if (source != NULL)
		*list_add(&finding->list) = *source;
	else if (function != NULL)
		*list_add(&finding->list) = *function;
	else
		find_outer(audit, finding, thing);
}

/* ---- Strings and places ------------------------------------------------------------- */

static void
find_strings(const struct audit *audit, struct finding *finding,
	     const char *thing)
{
	size_t i;

	for (i = 0; i < audit->nodes.count; i++)
		if (audit->nodes.at[i].kind == AUDIT_STRING &&
		    text_equal(audit->nodes.at[i].name, thing))
			add_node(audit, add_found(finding, "string"), i);
}

/* Whatever holds the text: strings, and other constants. */
static void
find_text(const struct audit *audit, struct finding *finding, const char *thing)
{
	size_t size = strlen(thing), last = AUDIT_NONE, i;

	for (i = 0; size != 0 && i < audit->rows.count; i++) {
		const struct audit_row *row = &audit->rows.at[i];

		if (row->node == AUDIT_NONE || row->node == last ||
		    row->kind == AUDIT_CODE || row->kind == AUDIT_PADDING ||
		    memmem(audit->file.at + row->offset, row->size, thing,
			   size) == NULL)
			continue;
		last = row->node;
		add_node(audit, add_found(finding, "text"), last);
	}
}

/* 0x10a0cb is an address if anything lies there, else an offset as 57000 is. */
static void
find_place(const struct audit *audit, struct finding *finding,
	   const char *thing)
{
	char *end;
	unsigned long long number = strtoull(thing, &end, 0);
	size_t node = AUDIT_NONE, i;

	if (thing[0] < '0' || thing[0] > '9' || *end != '\0')
		return;
	if (thing[1] == 'x')
		node = audit_node_at(audit, number);
	for (i = 0; node == AUDIT_NONE && i < audit->rows.count; i++)
		if (number >= audit->rows.at[i].offset &&
		    number - audit->rows.at[i].offset < audit->rows.at[i].size)
			break;
	if (node != AUDIT_NONE) {
		add_node(audit, add_found(finding, "address"), node);
	} else if (i < audit->rows.count) {
		struct found *found = add_found(
			finding, arena_printf("offset: %s",
				audit_kinds[audit->rows.at[i].kind]));

		found->bytes = audit->rows.at[i].size;
		if (audit->rows.at[i].node != AUDIT_NONE)
			*list_add(&found->nodes) = audit->rows.at[i].node;
	}
}

/* ---- All -------------------------------------------------------------------------------- */

struct finding
audit_find(const struct audit *audit, const char *thing)
{
	struct finding finding = { 0 };

	find_causes(audit, &finding, thing);
	if (finding.list.count == 0)
		find_symbols(audit, &finding, thing);
	if (finding.list.count == 0)
		find_nodes(audit, &finding, "module", thing, is_of_module);
	if (finding.list.count == 0)
		find_nodes(audit, &finding, "section", thing, is_in_section);
	if (finding.list.count == 0)
		find_nodes(audit, &finding, "source", thing, is_of_source);
	if (finding.list.count == 0)
		find_rows(audit, &finding, thing);
	if (finding.list.count == 0)
		find_strings(audit, &finding, thing);
	if (finding.list.count == 0)
		find_place(audit, &finding, thing);
	if (finding.list.count == 0)
		find_text(audit, &finding, thing);
	return finding;
}

const char *
audit_nearest(const struct audit *audit, const char *thing)
{
	LIST(const char *) names = { 0 };
	size_t i;

	for (i = 0; i < audit->causes.count; i++) {
		*list_add(&names) = audit->causes.at[i].name;
		*list_add(&names) = audit->causes.at[i].module;
	}
	for (i = 0; i < audit->linked.symbols_count; i++)
		if (audit->linked.symbols[i].section != 0)
			*list_add(&names) = audit->linked.symbols[i].name;
	return text_nearest(thing, names.at, names.count);
}
