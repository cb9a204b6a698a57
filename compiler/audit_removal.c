/* SPDX-License-Identifier: ISC */
/*
 * Audit, removal: what would go with lines of the configuration.
 *
 * With a cause goes all that needs it, and what was implied for those alone.
 * What is then still reached from the roots, by code and references that are
 * still there, stays.
 */
#include <stdlib.h>
#include <string.h>

#include "audit.h"

/* ---- Which causes go ---------------------------------------------------------- */

/* A setting is no user of its instance. */
static bool
is_instance(const struct audit_cause *cause)
{
	return strchr(cause->name, '.') == NULL;
}

static void
add_user(struct audit *audit, size_t user, size_t provider, bool is_need)
{
	*list_add(&audit->causes.at[provider].used_by) =
		(struct audit_use){ user, is_need };
}

void
audit_find_users(struct audit *audit)
{
	size_t i, j;

	for (i = 0; i < audit->causes.count; i++) {
		const struct audit_cause *is = &audit->causes.at[i];

		for (j = 0; j < is->needs_count; j++)
			add_user(audit, i, is->needs[j], true);
		for (j = 0; j < is->takes_count; j++)
			add_user(audit, i, is->takes[j], false);
	}
	audit->cause_queue = arena_alloc(audit->causes.count + 1,
					 sizeof *audit->cause_queue);
}

/* It has users, and all of them go. */
static bool
is_left_alone(const struct audit *audit, struct audit_set gone, size_t cause)
{
	const struct audit_cause *is = &audit->causes.at[cause];
	bool has_users = false;
	size_t i;

	for (i = 0; i < is->used_by.count; i++) {
		size_t user = is->used_by.at[i].cause;

		if (!is_instance(&audit->causes.at[user]))
			continue;
		if (!audit_set_has(gone, user))
			return false;
		has_users = true;
	}
	return has_users;
}

struct closing {
	const struct audit *audit;
	struct audit_set gone;
	size_t count;		/* of audit->cause_queue */
};

static void
let_go(struct closing *closing, size_t cause)
{
	const struct audit *audit = closing->audit;

	if (audit->is_kept[cause] || audit_set_has(closing->gone, cause))
		return;
	audit_set_add(closing->gone, cause);
	audit->cause_queue[closing->count++] = cause;
}

static void
let_provider_go(struct closing *closing, size_t provider, bool is_valid)
{
	const struct audit_cause *is = &closing->audit->causes.at[provider];

	if ((is->is_implied || (is_valid && is->is_provider)) &&
	    is_left_alone(closing->audit, closing->gone, provider))
		let_go(closing, provider);
}

void
audit_close_removal(const struct audit *audit, struct audit_set gone,
		    bool is_valid)
{
	struct closing closing = { audit, gone, 0 };
	size_t i, j;

	for (i = 0; i < audit->causes.count; i++)
		if (audit_set_has(gone, i))
			audit->cause_queue[closing.count++] = i;
	for (i = 0; i < closing.count; i++) {
		const struct audit_cause *is =
			&audit->causes.at[audit->cause_queue[i]];

		for (j = 0; j < is->used_by.count; j++)
			if (is->used_by.at[j].is_need)
				let_go(&closing, is->used_by.at[j].cause);
		for (j = 0; j < is->needs_count; j++)
			let_provider_go(&closing, is->needs[j], is_valid);
		for (j = 0; j < is->takes_count; j++)
			let_provider_go(&closing, is->takes[j], is_valid);
	}
}

/* ---- Which nodes go ------------------------------------------------------------ */

static bool
is_gone(const struct audit *audit, struct audit_set gone, size_t cause)
{
	return cause != AUDIT_NONE && !audit->is_kept[cause] &&
	       audit_set_has(gone, cause);
}

/* Is there one of the set that is still there, if it has any? */
static bool
has_one(const struct audit *audit, struct audit_set gone, struct audit_set set)
{
	bool is_empty = true;
	size_t i;

	for (i = 0; set.words != NULL && i < audit->causes.count; i++)
		if (audit_set_has(set, i)) {
			if (!is_gone(audit, gone, i))
				return true;
			is_empty = false;
		}
	return is_empty;
}

/* What calls hooks goes with the last of those who have one. */
static bool
has_owner(const struct audit *audit, struct audit_set gone,
	  const struct audit_node *node)
{
	if (node->owners.words == NULL &&
	    is_gone(audit, gone, audit_cause_of(audit, node)))
		return false;
	return has_one(audit, gone, node->owners) &&
	       has_one(audit, gone, node->parts);
}

struct reach {
	const struct audit *audit;
	struct audit_set gone;
	bool *is_there;		/* of each node */
	size_t *queue, queue_count;
};

static void
reach_node(struct reach *reach, size_t index)
{
	const struct audit *audit = reach->audit;
	const struct audit_node *node = &audit->nodes.at[index];

	if (reach->is_there[index] || !has_owner(audit, reach->gone, node))
		return;
	reach->is_there[index] = true;
	reach->queue[reach->queue_count++] = index;
}

struct audit_room
audit_room(const struct audit *audit)
{
	size_t count = audit->nodes.count + 1;

	return (struct audit_room){ arena_alloc(count, sizeof(bool)),
				    arena_alloc(count, sizeof(size_t)) };
}

void
audit_reach(const struct audit *audit, struct audit_set gone,
	    const struct audit_room *room)
{
	size_t count = audit->nodes.count, i, j;
	struct reach reach = { audit, gone, room->is_there, room->queue, 0 };

	memset(room->is_there, 0, count * sizeof *room->is_there);
	for (i = 0; i < count; i++)
		if (audit->nodes.at[i].is_root || audit->nodes.at[i].is_orphan)
			reach_node(&reach, i);
	for (i = 0; i < reach.queue_count; i++) {
		const struct audit_node *node =
			&audit->nodes.at[reach.queue[i]];

		for (j = 0; j < node->edges_count; j++) {
			const struct audit_edge *edge =
				&audit->edges.at[node->first_edge + j];

			if (!is_gone(audit, gone, edge->part))
				reach_node(&reach, edge->to);
		}
	}
}

/* ---- What a line costs ---------------------------------------------------------- */

struct audit_set
audit_row_causes(const struct audit *audit, const struct audit_row *row)
{
	if (row->part != AUDIT_NONE && !audit->is_kept[row->part])
		return audit->because_of[row->part];
	if (row->node == AUDIT_NONE || audit->nodes.at[row->node].is_always)
		return (struct audit_set){ NULL };
	return audit->nodes.at[row->node].causes;
}

static size_t
count_bytes(const struct audit *audit, struct audit_set gone,
	    const struct audit_room *room)
{
	size_t i, bytes = 0;

	audit_reach(audit, gone, room);
	for (i = 0; i < audit->rows.count; i++) {
		const struct audit_row *row = &audit->rows.at[i];

		if (row->node != AUDIT_NONE &&
		    (!room->is_there[row->node] || is_gone(audit, gone, row->part)))
			bytes += row->size;
	}
	return bytes;
}

static bool
is_written(const struct audit *audit, size_t cause)
{
	return !audit->causes.at[cause].is_implied && !audit->is_kept[cause];
}

static struct audit_removal *
removal_of(struct audit *audit, const char *origin)
{
	struct audit_removal *removal;
	size_t i;

	for (i = 0; i < audit->removals.count; i++)
		if (text_equal(audit->removals.at[i].origin, origin))
			return &audit->removals.at[i];
	removal = list_add(&audit->removals);
	removal->origin = origin;
	removal->causes = audit_set_make(audit);
	removal->with = audit_set_make(audit);
	return removal;
}

static void
find_removal(const struct audit *audit, struct audit_removal *removal,
	     const struct audit_room *room)
{
	struct audit_set gone = audit_set_make(audit);
	size_t i;

	for (i = 0; i < audit->causes.count; i++)
		if (audit_set_has(removal->causes, i))
			audit_set_add(gone, i);
	audit_close_removal(audit, gone, true);
	for (i = 0; i < audit->causes.count; i++)
		if (is_written(audit, i) && audit_set_has(gone, i) &&
		    !audit_set_has(removal->causes, i))
			audit_set_add(removal->with, i);
	removal->bytes = count_bytes(audit, gone, room);
}

void
audit_find_removals(struct audit *audit)
{
	struct audit_room room = audit_room(audit);
	size_t i;

	for (i = 0; i < audit->causes.count; i++)
		if (is_written(audit, i))
			audit_set_add(removal_of(audit,
					audit->causes.at[i].origin)->causes, i);
	for (i = 0; i < audit->removals.count; i++)
		find_removal(audit, &audit->removals.at[i], &room);
}
