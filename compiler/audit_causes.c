/* SPDX-License-Identifier: ISC */
/*
 * Audit, causes: which lines of the configuration a node is there because of.
 *
 * A cause is removed together with all that need it, or the configuration
 * would not be valid. So of a set of causes those that need another one of it
 * can be left out, and what no line asked for is there because of its users.
 */
#include <stdlib.h>
#include <string.h>

#include "audit.h"

/* ---- Sets ------------------------------------------------------------------- */

enum { WORD_BITS = 64 };

static size_t
words_count(const struct audit *audit)
{
	return audit->causes.count / WORD_BITS + 1;
}

struct audit_set
audit_set_make(const struct audit *audit)
{
	return (struct audit_set){ arena_alloc(words_count(audit),
					       sizeof(uint64_t)) };
}

bool
audit_set_has(struct audit_set set, size_t cause)
{
	return (set.words[cause / WORD_BITS] >> (cause % WORD_BITS)) & 1;
}

void
audit_set_add(struct audit_set set, size_t cause)
{
	set.words[cause / WORD_BITS] |= (uint64_t)1 << (cause % WORD_BITS);
}

static void
set_remove(struct audit_set set, size_t cause)
{
	set.words[cause / WORD_BITS] &= ~((uint64_t)1 << (cause % WORD_BITS));
}

size_t
audit_set_count(const struct audit *audit, struct audit_set set)
{
	size_t i, count = 0;

	for (i = 0; i < audit->causes.count; i++)
		count += audit_set_has(set, i);
	return count;
}

/* ---- What the causes need of each other --------------------------------------- */

struct needs {
	struct audit_set *all;	/* audit.needs */
	struct audit_set *written;	/* of each: itself, or its users' */
	bool *is_done, *is_always;
};

static void
close_needs(const struct audit *audit, struct needs *needs, size_t cause)
{
	const struct audit_cause *of = &audit->causes.at[cause];
	size_t i, j;

	if (needs->is_done[cause])
		return;
	needs->is_done[cause] = true;
	for (i = 0; i < of->needs_count; i++) {
		close_needs(audit, needs, of->needs[i]);
		audit_set_add(needs->all[cause], of->needs[i]);
		for (j = 0; j < words_count(audit); j++)
			needs->all[cause].words[j] |=
				needs->all[of->needs[i]].words[j];
	}
}

/* Of an implied one the users that are written; is_always if an always one
 * needs it. */
static void
find_written(const struct audit *audit, struct needs *needs, size_t cause)
{
	size_t i;

	needs->is_always[cause] = audit->causes.at[cause].is_always;
	if (!audit->causes.at[cause].is_implied) {
		audit_set_add(needs->written[cause], cause);
		return;
	}
	for (i = 0; i < audit->causes.count; i++) {
		if (!audit_set_has(needs->all[i], cause))
			continue;
		if (audit->causes.at[i].is_always)
			needs->is_always[cause] = true;
		else if (!audit->causes.at[i].is_implied)
			audit_set_add(needs->written[cause], i);
	}
}

static struct needs
find_needs(const struct audit *audit)
{
	size_t count = audit->causes.count, i;
	struct needs needs = {
		arena_alloc(count + 1, sizeof *needs.all),
		arena_alloc(count + 1, sizeof *needs.written),
		arena_alloc(count + 1, sizeof *needs.is_done),
		arena_alloc(count + 1, sizeof *needs.is_always),
	};

	for (i = 0; i < count; i++) {
		needs.all[i] = audit_set_make(audit);
		needs.written[i] = audit_set_make(audit);
	}
	for (i = 0; i < count; i++)
		close_needs(audit, &needs, i);
	for (i = 0; i < count; i++)
		find_written(audit, &needs, i);
	return needs;
}

/* ---- Reachability --------------------------------------------------------------- */

struct walk {
	struct audit *audit;
	const struct needs *needs;
	size_t *queue, queue_count;
	size_t *seen_by;	/* node: the last cause that came by */
	bool *is_caller;	/* node: it calls hooks of what can be removed */
	size_t *gone_count;	/* cause: nodes that go with it */
	struct audit_set *without;	/* cause: those that take it along */
};

size_t
audit_cause_of(const struct audit *audit, const struct audit_node *node)
{
	return node->unit == AUDIT_NONE ? AUDIT_NONE
					: audit->units.at[node->unit].cause;
}

/* The cause whose code or values this is, if it can be removed. */
static size_t
removable(const struct walk *walk, size_t node)
{
	size_t cause = audit_cause_of(walk->audit,
				      &walk->audit->nodes.at[node]);

	return cause == AUDIT_NONE || walk->needs->is_always[cause]
		       ? AUDIT_NONE
		       : cause;
}

static bool
is_start(const struct walk *walk, const struct audit_edge *edge)
{
	size_t from = removable(walk, edge->from);
	size_t to = removable(walk, edge->to);

	return to != AUDIT_NONE && to != from &&
	       (from == AUDIT_NONE ||
		audit_set_has(walk->needs->all[to], from));
}

/* Whose part of machine.c it is, if it can be removed. */
static size_t
removable_part(const struct walk *walk, size_t part)
{
	return part == AUDIT_NONE || walk->needs->is_always[part] ? AUDIT_NONE
								  : part;
}

static void
find_start(struct walk *walk, struct audit_edge *edge)
{
	size_t cause = removable(walk, edge->to);

	edge->is_start = is_start(walk, edge);
	if (!edge->is_start) {
		cause = removable_part(walk, edge->part);
		edge->is_start = cause != AUDIT_NONE;
	}
	if (edge->is_start)
		*list_add(&walk->audit->starts) =
			(struct audit_start){ cause, edge->to };
}

/* What calls hooks is there because of whose they are. */
static void
find_caller(struct walk *walk, size_t index)
{
	struct audit *audit = walk->audit;
	const struct audit_node *node = &audit->nodes.at[index];
	size_t i;

	if (node->parts.words == NULL)
		return;
	for (i = 0; i < audit->causes.count; i++) {
		if (!audit_set_has(node->parts, i))
			continue;
		if (walk->needs->is_always[i]) {
			walk->is_caller[index] = false;
			return;
		}
		walk->is_caller[index] = true;
	}
	for (i = 0; walk->is_caller[index] && i < audit->causes.count; i++)
		if (audit_set_has(node->parts, i))
			*list_add(&audit->starts) =
				(struct audit_start){ i, index };
}

static void
find_starts(struct walk *walk)
{
	struct audit *audit = walk->audit;
	size_t i;

	for (i = 0; i < audit->edges.count; i++)
		find_start(walk, &audit->edges.at[i]);
	for (i = 0; i < audit->nodes.count; i++)
		find_caller(walk, i);
	for (i = 0; i < audit->nodes.count; i++)
		if (audit->nodes.at[i].is_root &&
		    removable(walk, i) != AUDIT_NONE)
			*list_add(&audit->starts) = (struct audit_start){
				removable(walk, i), i };
}

/* cause AUDIT_NONE: what is there always. */
static void
visit(struct walk *walk, size_t cause, size_t index)
{
	struct audit_node *node = &walk->audit->nodes.at[index];

	if (node->is_always || walk->seen_by[index] == cause ||
	    (cause == AUDIT_NONE && walk->is_caller[index]))
		return;
	walk->seen_by[index] = cause;
	node->is_orphan = false;
	if (cause == AUDIT_NONE)
		node->is_always = true;
	else
		audit_set_add(node->users, cause);
	walk->queue[walk->queue_count++] = index;
}

static void
walk_on(struct walk *walk, size_t cause)
{
	const struct audit *audit = walk->audit;
	size_t i, j;

	for (i = 0; i < walk->queue_count; i++) {
		const struct audit_node *node =
			&audit->nodes.at[walk->queue[i]];

		for (j = 0; j < node->edges_count; j++) {
			const struct audit_edge *edge =
				&audit->edges.at[node->first_edge + j];

			if (!edge->is_start)
				visit(walk, cause, edge->to);
		}
	}
}

static void
walk_always(struct walk *walk)
{
	size_t i;

	for (i = 0; i < walk->audit->nodes.count; i++)
		if (walk->audit->nodes.at[i].is_root &&
		    removable(walk, i) == AUDIT_NONE)
			visit(walk, AUDIT_NONE, i);
	walk_on(walk, AUDIT_NONE);
}

static void
walk_cause(struct walk *walk, size_t cause)
{
	size_t i;

	walk->queue_count = 0;
	for (i = 0; i < walk->audit->starts.count; i++)
		if (walk->audit->starts.at[i].cause == cause)
			visit(walk, cause, walk->audit->starts.at[i].node);
	walk_on(walk, cause);
}

/* ---- The fewest causes --------------------------------------------------------- */

static void
keep_needed(const struct audit *audit, const struct needs *needs,
	    struct audit_set set)
{
	size_t i, j;

	for (i = 0; i < audit->causes.count; i++)
		for (j = 0; audit_set_has(set, i) && j < audit->causes.count;
		     j++)
			if (j != i && audit_set_has(set, j) &&
			    audit_set_has(needs->all[i], j))
				set_remove(set, i);
}

static size_t
least_of(const struct walk *walk, struct audit_set set)
{
	size_t least = AUDIT_NONE, i;

	for (i = 0; i < walk->audit->causes.count; i++)
		if (audit_set_has(set, i) &&
		    (least == AUDIT_NONE ||
		     walk->gone_count[i] < walk->gone_count[least]))
			least = i;
	return least;
}

/* Do all of the set go with the cause? */
static bool
is_below(const struct walk *walk, struct audit_set set, size_t cause)
{
	size_t i;

	for (i = 0; i < walk->audit->causes.count; i++)
		if (audit_set_has(set, i) && i != cause &&
		    !audit_set_has(walk->needs->all[i], cause))
			return false;
	return true;
}

/*
 * What goes with the fewest others: written, which are there because of all that
 * reaches the thing, together; or one cause of without, which is enough alone.
 * own is whose the thing is: to say that is better than to say many.
 */
static void
choose(const struct walk *walk, struct audit_set written,
       struct audit_set without, size_t own, struct audit_set *causes)
{
	const struct audit *audit = walk->audit;
	struct audit_set alone = audit_set_make(audit);
	size_t i, least;

	keep_needed(audit, walk->needs, written);
	for (i = 0; i < audit->causes.count; i++)
		if (audit_set_has(without, i) &&
		    (i == own || audit_set_count(audit, written) == 1 ||
		     !is_below(walk, written, i)))
			audit_set_add(alone, i);
	least = least_of(walk, alone);
	if (least == AUDIT_NONE)
		*causes = written;
	else
		audit_set_add(*causes, least);
}

/*
 * Of the causes that each are enough, those that take the least with them: none
 * of which another of these needs; and its own.
 */
static void
find_also(const struct walk *walk, struct audit_node *node)
{
	const struct audit *audit = walk->audit;
	size_t own = audit_cause_of(audit, node), i, j;

	for (i = 0; i < audit->causes.count; i++) {
		if (!audit_set_has(node->without, i) ||
		    audit_set_has(node->causes, i))
			continue;
		for (j = 0; j < audit->causes.count && i != own; j++)
			if (audit_set_has(node->without, j) &&
			    audit_set_has(walk->needs->all[j], i))
				break;
		if (i == own || j == audit->causes.count)
			audit_set_add(node->also, i);
	}
}

static void
add_written(const struct walk *walk, struct audit_set set, size_t cause)
{
	size_t i;

	for (i = 0; i < words_count(walk->audit); i++)
		set.words[i] |= walk->needs->written[cause].words[i];
}

static void
find_fewest(const struct walk *walk, struct audit_node *node)
{
	const struct audit *audit = walk->audit;
	struct audit_set written;
	size_t i;

	if (node->is_always)
		return;
	written = audit_set_make(audit);
	for (i = 0; i < audit->causes.count; i++)
		if (audit_set_has(node->users, i))
			add_written(walk, written, i);
	choose(walk, written, node->without, audit_cause_of(audit, node),
	       &node->causes);
	if (audit_set_count(audit, node->causes) == 1)
		find_also(walk, node);
}

/* An implied cause is there because of those that it is implied for. */
static void
find_because_of(const struct walk *walk, size_t cause)
{
	const struct audit *audit = walk->audit;
	struct audit_set written = audit_set_make(audit);

	audit->because_of[cause] = audit_set_make(audit);
	if (!audit->causes.at[cause].is_implied) {
		audit_set_add(audit->because_of[cause], cause);
		return;
	}
	add_written(walk, written, cause);
	choose(walk, written, walk->without[cause], cause,
	       &audit->because_of[cause]);
}

/* Of each node and cause, the causes whose going alone removes it. */
static void
find_removals(struct walk *walk)
{
	struct audit *audit = walk->audit;
	struct audit_room room = audit_room(audit);
	size_t i, j;

	for (i = 0; i < audit->causes.count; i++) {
		struct audit_set gone;

		if (audit->causes.at[i].is_implied || audit->is_kept[i])
			continue;
		gone = audit_set_make(audit);
		audit_set_add(gone, i);
		audit_close_removal(audit, gone, false);
		for (j = 0; j < audit->causes.count; j++)
			if (audit_set_has(gone, j))
				audit_set_add(walk->without[j], i);
		audit_reach(audit, gone, &room);
		for (j = 0; j < audit->nodes.count; j++)
			if (!room.is_there[j]) {
				audit_set_add(audit->nodes.at[j].without, i);
				walk->gone_count[i]++;
			}
	}
}

/* What nothing refers to belongs to whose it is. */
static void
place_orphan(const struct walk *walk, size_t index)
{
	struct audit_node *node = &walk->audit->nodes.at[index];
	size_t owner = removable(walk, index);

	if (owner == AUDIT_NONE)
		node->is_always = true;
	else
		audit_set_add(node->users, owner);
}

/* ---- Roots and referrers ---------------------------------------------------------- */

static void
find_roots(struct audit *audit)
{
	size_t entry = audit_node_at(audit, audit->image.entry), i;

	if (entry != AUDIT_NONE)
		audit->nodes.at[entry].is_root = true;
	for (i = 0; i < audit->nodes.count; i++)
		if (audit->nodes.at[i].kind == AUDIT_NOTE)
			audit->nodes.at[i].is_root = true;
}

/* A unit that refers to what several may share. */
struct use {
	size_t node, unit;
};

struct uses {
	LIST(struct use) list;
};

static int
use_order(const void *a, const void *b)
{
	const struct use *first = a, *second = b;

	if (first->node != second->node)
		return first->node < second->node ? -1 : 1;
	return (first->unit > second->unit) - (first->unit < second->unit);
}

/* Who refers to a text refers to what ends it. */
static void
add_use(struct uses *uses, const struct audit *audit, size_t node, size_t unit)
{
	size_t i = node;

	do
		*list_add(&uses->list) = (struct use){ i++, unit };
	while (i < audit->nodes.count && audit->nodes.at[i].is_tail);
}

/* A text or constant that several units may share is of the one that uses it,
 * if it is one. */
static void
find_units(struct audit *audit)
{
	struct uses uses = { 0 };
	struct audit_node *node;
	size_t i, *units, count = 0;

	for (i = 0; i < audit->edges.count; i++) {
		const struct audit_edge *edge = &audit->edges.at[i];
		size_t from = audit->nodes.at[edge->from].unit;

		node = &audit->nodes.at[edge->to];
		if (audit->sections.at[node->section].unit == AUDIT_NONE &&
		    from != AUDIT_NONE)
			add_use(&uses, audit, edge->to, from);
	}
	if (uses.list.count == 0)
		return;
	qsort(uses.list.at, uses.list.count, sizeof *uses.list.at, use_order);
	units = arena_alloc(uses.list.count, sizeof *units);
	for (i = 0; i < uses.list.count; i++) {
		const struct use *use = &uses.list.at[i];

		if (i != 0 && use_order(use - 1, use) == 0)
			continue;
		node = &audit->nodes.at[use->node];
		if (node->units_count++ == 0)
			node->units = &units[count];
		units[count++] = use->unit;
	}
	for (i = 0; i < audit->nodes.count; i++) {
		node = &audit->nodes.at[i];
		if (node->units_count == 1) {
			node->unit = node->units[0];
			node->units_count = 0;
		}
	}
}

void
audit_find_causes(struct audit *audit)
{
	struct needs needs = find_needs(audit);
	size_t count = audit->nodes.count, i;
	struct walk walk = {
		.audit = audit,
		.needs = &needs,
		.queue = arena_alloc(count + 1, sizeof *walk.queue),
		.seen_by = arena_alloc(count + 1, sizeof *walk.seen_by),
		.is_caller = arena_alloc(count + 1, sizeof *walk.is_caller),
		.gone_count = arena_alloc(audit->causes.count + 1,
					  sizeof *walk.gone_count),
		.without = arena_alloc(audit->causes.count + 1,
				       sizeof *walk.without),
	};

	find_roots(audit);
	find_units(audit);
	for (i = 0; i < count; i++) {
		audit->nodes.at[i].users = audit_set_make(audit);
		audit->nodes.at[i].causes = audit_set_make(audit);
		audit->nodes.at[i].also = audit_set_make(audit);
		audit->nodes.at[i].without = audit_set_make(audit);
		audit->nodes.at[i].is_orphan = true;
	}
	audit->needs = needs.all;
	audit->is_kept = needs.is_always;
	for (i = 0; i < count; i++)
		walk.seen_by[i] = audit->causes.count;
	find_starts(&walk);
	walk_always(&walk);
	for (i = 0; i < audit->causes.count; i++)
		walk_cause(&walk, i);
	for (i = 0; i < count; i++)
		if (audit->nodes.at[i].is_orphan)
			place_orphan(&walk, i);
	for (i = 0; i < audit->causes.count; i++)
		walk.without[i] = audit_set_make(audit);
	audit_find_folds(audit);
	audit_find_users(audit);
	find_removals(&walk);
	for (i = 0; i < count; i++)
		find_fewest(&walk, &audit->nodes.at[i]);
	audit->because_of = arena_alloc(audit->causes.count + 1,
					sizeof *audit->because_of);
	for (i = 0; i < audit->causes.count; i++)
		find_because_of(&walk, i);
}
