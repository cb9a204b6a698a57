/* SPDX-License-Identifier: ISC */
/*
 * The order in which instances start: the kernel first, then providers before
 * users, ties by name. An instance that needs itself is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "instance.h"
#include "resolve.h"

/*
 * Instances are numbered by name. ready is a binary heap of numbers whose
 * providers have all been placed: the least is next.
 */
struct order {
	struct build *build;
	size_t *waits;		/* by number: providers not yet placed */
	size_t *ready;
	size_t ready_count;
};

static void
swap(size_t *a, size_t *b)
{
	size_t other = *a;

	*a = *b;
	*b = other;
}

static void
push_ready(struct order *order, size_t number)
{
	size_t *heap = order->ready, at = order->ready_count++;

	heap[at] = number;
	for (; at != 0 && heap[(at - 1) / 2] > heap[at]; at = (at - 1) / 2)
		swap(&heap[at], &heap[(at - 1) / 2]);
}

static size_t
pop_ready(struct order *order)
{
	size_t *heap = order->ready, least = heap[0], at = 0, child;

	heap[0] = heap[--order->ready_count];
	while ((child = at * 2 + 1) < order->ready_count) {
		if (child + 1 < order->ready_count &&
		    heap[child + 1] < heap[child])
			child++;
		if (heap[at] <= heap[child])
			break;
		swap(&heap[at], &heap[child]);
		at = child;
	}
	return least;
}

/* By name; the instance is there. */
static size_t
number_of(const struct build *build, const struct instance *instance)
{
	struct instance **found = bsearch(&instance, build->instances.at,
					  build->instances.count,
					  sizeof *build->instances.at,
					  instance_order);

	return (size_t)(found - build->instances.at);
}

static bool
is_kernel(const struct instance *instance)
{
	return text_equal(instance->name, "kernel");
}

/* Distinct providers: a wire counts once for each slot on both sides. */
static size_t
count_wires(const struct instance *user, const struct instance *provider)
{
	size_t slot, count = 0;

	for (slot = 0; slot < user->module->requires.count; slot++)
		count += provider == NULL ? user->wires[slot] != NULL
					  : user->wires[slot] == provider;
	return count;
}

/* A provider of number that waits too; there is one while number waits. */
static size_t
waiting_provider(const struct order *order, size_t number, size_t *slot)
{
	const struct instance *user = order->build->instances.at[number];

	for (*slot = 0; *slot < user->module->requires.count; (*slot)++) {
		size_t provider;

		if (user->wires[*slot] == NULL)
			continue;
		provider = number_of(order->build, user->wires[*slot]);
		if (order->waits[provider] != 0)
			return provider;
	}
	return number;
}

/*
 * Report each cycle once. From any waiting instance a walk along waiting
 * providers must enter a cycle; walks that meet an earlier one stop.
 */
static void
report_cycles(struct order *order)
{
	const struct build *build = order->build;
	size_t *walk = arena_alloc(build->instances.count, sizeof *walk);
	size_t start, slot;

	for (start = 0; start < build->instances.count; start++) {
		size_t at = start, first;
		const struct instance *instance;

		if (order->waits[start] == 0)
			continue;
		for (; walk[at] == 0; at = waiting_provider(order, at, &slot))
			walk[at] = start + 1;
		if (walk[at] != start + 1)
			continue;
		first = at;
		instance = build->instances.at[first];
		diag(E0303, instance_where(instance), instance->name,
		     "it needs itself to start");
		do {
			size_t next = waiting_provider(order, at, &slot);
			const struct instance *user = build->instances.at[at];

			diag_also(user->wire_origins[slot].kind == ORIGIN_CONFIG
					  ? user->wire_origins[slot].where
					  : instance_where(user),
				  "%s needs %s", wire_name(user, slot),
				  build->instances.at[next]->name);
			at = next;
		} while (at != first);
		waiting_provider(order, first, &slot);
		diag_fix("wire %s to an instance that does not need %s",
			 wire_name(instance, slot), instance->name);
	}
}

void
resolve_order(struct build *build)
{
	struct order order = { .build = build };
	size_t count = build->instances.count, placed = 0, i;
	struct instance **placement = arena_alloc(count, sizeof *placement);

	order.waits = arena_alloc(count, sizeof *order.waits);
	order.ready = arena_alloc(count, sizeof *order.ready);
	for (i = 0; i < count; i++) {
		struct instance *instance = build->instances.at[i];

		if (is_kernel(instance)) {
			placement[placed++] = instance;
			continue;
		}
		order.waits[i] = count_wires(instance, NULL);
		if (order.waits[i] == 0)
			push_ready(&order, i);
	}
	while (order.ready_count != 0) {
		struct instance *provider =
			build->instances.at[pop_ready(&order)];

		placement[placed++] = provider;
		for (i = 0; i < provider->users_count; i++) {
			struct instance *user = provider->users[i];
			size_t number = number_of(build, user);

			if (is_kernel(user))
				continue;
			order.waits[number] -= count_wires(user, provider);
			if (order.waits[number] == 0)
				push_ready(&order, number);
		}
	}
	if (placed != count) {
		report_cycles(&order);
		return;
	}
	memcpy(build->instances.at, placement, count * sizeof *placement);
}
