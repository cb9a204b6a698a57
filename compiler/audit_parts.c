/* SPDX-License-Identifier: ISC */
/*
 * Audit, parts: what of machine.c is there because of one instance, or of one
 * value that is filled in later.
 *
 * Each is a function of its own there, inlined, whose name says whose it is
 * (freeze_machine.c). The function that holds such parts is there because of
 * any of them, as the head of the slots is because of any slot.
 */
#include <stdlib.h>
#include <string.h>

#include "audit.h"

static const char slot_prefix[] = "machine_slot_";
static const char *const prefixes[] = {
	"machine_start_", "machine_event_", "machine_deadline_",
	"machine_stop_",
};

static bool
is_of_machine(const struct audit *audit, const struct audit_node *node)
{
	return node->kind == AUDIT_CODE && node->unit != AUDIT_NONE &&
	       text_equal(audit->units.at[node->unit].label,
			  "generated/machine.c");
}

static size_t
cause_named(const struct audit *audit, const char *name)
{
	size_t i;

	for (i = 0; i < audit->causes.count; i++)
		if (text_equal(audit->causes.at[i].name, name))
			return i;
	return AUDIT_NONE;
}

static bool
is_slot(const struct audit_cause *cause)
{
	return strchr(cause->name, '.') != NULL &&
	       text_equal(cause->value, "sealed");
}

/* The slots are the last causes, in their order. */
static size_t
slot_numbered(const struct audit *audit, const char *number)
{
	size_t first = audit->causes.count, index = strtoul(number, NULL, 10);

	while (first != 0 && is_slot(&audit->causes.at[first - 1]))
		first--;
	return index < audit->causes.count - first ? first + index
						   : AUDIT_NONE;
}

static size_t
part_named(const struct audit *audit, const char *function)
{
	size_t i;

	if (text_starts(function, slot_prefix))
		return slot_numbered(audit, function + strlen(slot_prefix));
	for (i = 0; i < countof(prefixes); i++)
		if (text_starts(function, prefixes[i]))
			return cause_named(audit,
					   function + strlen(prefixes[i]));
	return AUDIT_NONE;
}

size_t
audit_part_at(const struct audit *audit, uint64_t address)
{
	size_t node = audit_node_at(audit, address);
	const struct audit_scope *scope;
	struct audit_source source;

	if (node == AUDIT_NONE || !is_of_machine(audit, &audit->nodes.at[node]))
		return AUDIT_NONE;
	source = audit_source_at(audit, address, &scope);
	return source.function == NULL ? AUDIT_NONE
				       : part_named(audit, source.function);
}

bool
audit_is_counting(const struct audit *audit, size_t from, size_t to)
{
	return audit->nodes.at[to].kind == AUDIT_DATA &&
	       is_of_machine(audit, &audit->nodes.at[from]) &&
	       text_equal(audit->nodes.at[from].name, "machine_start") &&
	       text_equal(audit->nodes.at[to].name, "started_count");
}

static void
find_parts(struct audit *audit, struct audit_node *node)
{
	const struct audit_scope *scope;
	const char *last = NULL;
	uint64_t i;

	for (i = 0; i < node->size; i++) {
		const char *function = audit_source_at(audit, node->address + i,
						       &scope).function;
		size_t part;

		if (function == NULL || function == last)
			continue;
		last = function;
		part = part_named(audit, function);
		if (part != AUDIT_NONE)
			audit_set_add(node->parts, part);
	}
}

static struct audit_node *
machine_function(struct audit *audit, const char *name)
{
	size_t i;

	for (i = 0; i < audit->nodes.count; i++)
		if (is_of_machine(audit, &audit->nodes.at[i]) &&
		    text_equal(audit->nodes.at[i].name, name))
			return &audit->nodes.at[i];
	return NULL;
}

/* What is before the slots is there because of any of them. */
static void
find_slots_head(struct audit *audit, struct audit_node *node)
{
	const struct audit_unit *unit =
		node->unit == AUDIT_NONE ? NULL : &audit->units.at[node->unit];
	size_t i;

	if (unit == NULL || unit->cause != AUDIT_NONE ||
	    !text_equal(unit->label, "generated/slots.s"))
		return;
	node->parts = audit_set_make(audit);
	for (i = 0; i < audit->causes.count; i++)
		if (is_slot(&audit->causes.at[i]))
			audit_set_add(node->parts, i);
}

void
audit_find_parts(struct audit *audit)
{
	struct audit_node *prepare = machine_function(audit, "machine_prepare");
	const struct audit_node *run = machine_function(audit, "machine_run");
	size_t i;

	for (i = 0; i < audit->nodes.count; i++) {
		struct audit_node *node = &audit->nodes.at[i];

		find_slots_head(audit, node);
		if (!is_of_machine(audit, node))
			continue;
		node->parts = audit_set_make(audit);
		find_parts(audit, node);
	}
	/* It has no part, and is called only where the other is. */
	if (prepare != NULL && run != NULL)
		prepare->parts = run->parts;
}
