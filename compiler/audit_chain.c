/* SPDX-License-Identifier: ISC */
/* Audit, chains: from a cause to a node by the fewest references. */
#include "audit.h"

struct search {
	const struct audit *audit;
	size_t *queue, queue_count;
	size_t *came_from;	/* node, plus 1; 0: not yet seen */
};

static void
see(struct search *search, size_t node, size_t from)
{
	if (search->came_from[node] != 0)
		return;
	search->came_from[node] = from + 1;
	search->queue[search->queue_count++] = node;
}

size_t
audit_user_of(const struct audit *audit, size_t node, size_t cause)
{
	struct audit_set users = audit->nodes.at[node].users;
	size_t i;

	if (cause == AUDIT_NONE || audit_set_has(users, cause))
		return cause;
	for (i = 0; i < audit->causes.count; i++)
		if (audit_set_has(users, i) && audit->causes.at[i].is_implied &&
		    audit_set_has(audit->needs[cause], i))
			return i;
	return AUDIT_NONE;
}

/* A node that is its own predecessor begins the chain. */
static void
see_starts(struct search *search, size_t user)
{
	const struct audit *audit = search->audit;
	size_t i;

	for (i = 0; user == AUDIT_NONE && i < audit->nodes.count; i++)
		if (audit->nodes.at[i].is_root)
			see(search, i, i);
	for (i = 0; i < audit->starts.count; i++)
		if (audit->starts.at[i].cause == user)
			see(search, audit->starts.at[i].node,
			    audit->starts.at[i].node);
}

struct audit_chain
audit_chain(const struct audit *audit, size_t node, size_t cause)
{
	struct audit_chain chain = { .user = audit_user_of(audit, node, cause) };
	size_t count = audit->nodes.count, i, j, at;
	struct search search = {
		audit, arena_alloc(count + 1, sizeof(size_t)), 0,
		arena_alloc(count + 1, sizeof(size_t)),
	};

	see_starts(&search, chain.user);
	for (i = 0; i < search.queue_count; i++) {
		const struct audit_node *from =
			&audit->nodes.at[search.queue[i]];

		for (j = 0; j < from->edges_count; j++) {
			const struct audit_edge *edge =
				&audit->edges.at[from->first_edge + j];

			if (!edge->is_start)
				see(&search, edge->to, edge->from);
		}
	}
	if (search.came_from[node] == 0)
		return chain;
	for (at = node; search.came_from[at] - 1 != at;
	     at = search.came_from[at] - 1)
		*list_add(&chain.nodes) = at;
	*list_add(&chain.nodes) = at;
	for (i = 0; i < chain.nodes.count / 2; i++) {
		size_t *other = &chain.nodes.at[chain.nodes.count - 1 - i];

		at = chain.nodes.at[i];
		chain.nodes.at[i] = *other;
		*other = at;
	}
	return chain;
}
