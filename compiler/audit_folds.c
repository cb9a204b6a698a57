/* SPDX-License-Identifier: ISC */
/*
 * Audit, folds: what the linker has found to be equal in several instances and
 * keeps once. It lies in the unit of one of them, and is there because of any.
 *
 * Instances refer to each other along their wires alone. So what refers to
 * another instance's without one refers to its own, which was folded; and what
 * that refers to there was folded, too.
 */
#include "audit.h"

/* Whose a reference is, or its target; AUDIT_NONE: it cannot be removed. */
static size_t
owner_of(const struct audit *audit, size_t node)
{
	size_t cause = audit_cause_of(audit, &audit->nodes.at[node]);

	return cause == AUDIT_NONE || audit->is_kept[cause] ? AUDIT_NONE
							    : cause;
}

static bool
takes(const struct audit_cause *user, size_t provider)
{
	size_t i;

	for (i = 0; i < user->takes_count; i++)
		if (user->takes[i] == provider)
			return true;
	return false;
}

static bool
is_wired(const struct audit *audit, size_t one, size_t other)
{
	return audit_set_has(audit->needs[one], other) ||
	       audit_set_has(audit->needs[other], one) ||
	       takes(&audit->causes.at[one], other) ||
	       takes(&audit->causes.at[other], one);
}

static bool
add_owner(struct audit *audit, size_t index, size_t owner)
{
	struct audit_node *node = &audit->nodes.at[index];

	if (node->owners.words == NULL) {
		node->owners = audit_set_make(audit);
		audit_set_add(node->owners, owner_of(audit, index));
	}
	if (audit_set_has(node->owners, owner))
		return false;
	audit_set_add(node->owners, owner);
	return true;
}

static void
find_fold(struct audit *audit, const struct linked_relocation *relocation)
{
	size_t from = audit_node_at(audit, relocation->at);
	size_t to = audit_relocation_target(audit, relocation);
	size_t user, owner;

	if (from == AUDIT_NONE || to == AUDIT_NONE)
		return;
	user = audit_part_at(audit, relocation->at);
	if (user == AUDIT_NONE || audit->is_kept[user])
		user = owner_of(audit, from);
	owner = owner_of(audit, to);
	if (user != AUDIT_NONE && owner != AUDIT_NONE && user != owner &&
	    audit->sections.at[audit->nodes.at[to].section].unit != AUDIT_NONE &&
	    !is_wired(audit, user, owner))
		add_owner(audit, to, user);
}

/* What a folded node refers to in its unit has its owners. */
static bool
pass_on(struct audit *audit, const struct audit_edge *edge)
{
	const struct audit_node *from = &audit->nodes.at[edge->from];
	bool is_changed = false;
	size_t i;

	if (from->owners.words == NULL ||
	    from->unit != audit->nodes.at[edge->to].unit)
		return false;
	for (i = 0; i < audit->causes.count; i++)
		if (audit_set_has(from->owners, i))
			is_changed |= add_owner(audit, edge->to, i);
	return is_changed;
}

void
audit_find_folds(struct audit *audit)
{
	bool is_changed;
	size_t i;

	for (i = 0; i < audit->linked.relocations.count; i++)
		find_fold(audit, &audit->linked.relocations.at[i]);
	do {
		is_changed = false;
		for (i = 0; i < audit->edges.count; i++)
			is_changed |= pass_on(audit, &audit->edges.at[i]);
	} while (is_changed);
}
