/* SPDX-License-Identifier: ISC */
/*
 * Audit, stacks: the deepest that calls can go.
 *
 * Functions that can call each other again are one component (R. Tarjan,
 * "Depth-first search and linear graph algorithms", 1972); components are found
 * callees first, so that the depth below each is known when it is found. In a
 * component each function is counted once: one round. A pointer is a
 * node of its own that leads to every function that is pointed to.
 */
#include <stdlib.h>
#include <string.h>

#include "audit_code.h"

/* Functions that can call each other again. */
struct component {
	size_t member;
	const char *names;
};

struct components {
	LIST(struct component) list;
};

struct graph {
	const struct code *code;
	bool follows_pointers;
	size_t pointer;		/* the node of all pointers */
	size_t *first_call;	/* of each node, of code->calls; one more */
	/* Tarjan's. */
	size_t *number, *low;	/* from 1; 0: not yet seen */
	bool *is_waiting;
	size_t *waiting, waiting_count, numbers;
	/* Of each node, once its component is found. */
	uint64_t *bytes;	/* at most, its own included */
	size_t *deepest;	/* the callee of that; AUDIT_NONE: none */
	struct components *recursions;
};

struct frame {
	size_t node, next;	/* the next of its calls to look at */
};

static size_t
calls_count(const struct graph *graph, size_t node)
{
	return node == graph->pointer ? graph->pointer
				      : graph->first_call[node + 1] -
						graph->first_call[node];
}

/* The callee, or AUDIT_NONE; *depth: the caller's stack by then. */
static size_t
callee(const struct graph *graph, size_t node, size_t index, unsigned *depth)
{
	const struct code_call *call;

	*depth = 0;
	if (node == graph->pointer)
		return graph->code->is_pointed_to[index] ? index : AUDIT_NONE;
	call = &graph->code->calls.at[graph->first_call[node] + index];
	*depth = call->depth_bytes;
	if (call->to == AUDIT_NONE)
		return graph->follows_pointers ? graph->pointer : AUDIT_NONE;
	return call->to;
}

/* CODE_NO_BOUND is more than anything, whatever is added to it. */
static uint64_t
sum_of(uint64_t a, uint64_t b)
{
	return a == CODE_NO_BOUND || b == CODE_NO_BOUND ? CODE_NO_BOUND : a + b;
}

static uint64_t
frame_of(const struct graph *graph, size_t node)
{
	if (node == graph->pointer)
		return 0;
	return graph->code->is_unbounded[node] ? CODE_NO_BOUND
					       : graph->code->frame_bytes[node];
}

/* Deepest below a node by calls that leave its component. */
static uint64_t
deepest_below(struct graph *graph, size_t node, bool is_several)
{
	uint64_t most = 0, below;
	unsigned depth;
	size_t i, to;

	graph->deepest[node] = AUDIT_NONE;
	for (i = 0; i < calls_count(graph, node); i++) {
		to = callee(graph, node, i, &depth);
		if (to == AUDIT_NONE || graph->is_waiting[to])
			continue;
		below = sum_of(graph->bytes[to], is_several ? 8 : depth);
		if (below > most) {
			most = below;
			graph->deepest[node] = to;
		}
	}
	return most;
}

static bool
calls_itself(const struct graph *graph, size_t node)
{
	unsigned depth;
	size_t i;

	for (i = 0; i < calls_count(graph, node); i++)
		if (callee(graph, node, i, &depth) == node)
			return true;
	return false;
}

static void
name_recursion(struct graph *graph, const size_t *members, size_t count)
{
	struct buffer names = { 0 };
	size_t i;

	for (i = count; i-- != 0;)
		if (members[i] != graph->pointer)
			buffer_printf(&names, "%s%s",
				      names.size == 0 ? "" : ", ",
				      graph->code->audit->nodes.at[members[i]]
					      .name);
	*list_add(&graph->recursions->list) =
		(struct component){ members[0], names.at };
}

/* The members are the last that wait. They wait until all are measured, so
 * that a call to one of them is known to stay inside. */
static void
finish_component(struct graph *graph, size_t root)
{
	size_t end = graph->waiting_count, start = end, i;
	uint64_t sum = 0, most = 0, below;
	bool is_several;

	while (graph->waiting[--start] != root)
		;
	is_several = end - start > 1 || calls_itself(graph, root);
	for (i = start; i < end; i++) {
		below = deepest_below(graph, graph->waiting[i], is_several);
		sum = sum_of(sum, sum_of(frame_of(graph, graph->waiting[i]),
					 8));
		if (below > most)
			most = below;
	}
	if (is_several)
		most = sum_of(most, sum);
	else if (frame_of(graph, root) > most)
		most = frame_of(graph, root);
	for (i = start; i < end; i++) {
		graph->bytes[graph->waiting[i]] = most;
		graph->is_waiting[graph->waiting[i]] = false;
	}
	if (is_several && graph->recursions != NULL)
		name_recursion(graph, graph->waiting + start, end - start);
	graph->waiting_count = start;
}

static void
enter(struct graph *graph, struct frame *frame, size_t node)
{
	*frame = (struct frame){ node, 0 };
	graph->number[node] = graph->low[node] = ++graph->numbers;
	graph->waiting[graph->waiting_count++] = node;
	graph->is_waiting[node] = true;
}

static void
search(struct graph *graph, struct frame *frames, size_t start)
{
	size_t depth = 1, node, to;
	unsigned unused;

	enter(graph, &frames[0], start);
	while (depth != 0) {
		struct frame *frame = &frames[depth - 1];

		node = frame->node;
		if (frame->next < calls_count(graph, node)) {
			to = callee(graph, node, frame->next++, &unused);
			if (to == AUDIT_NONE)
				continue;
			if (graph->number[to] == 0)
				enter(graph, &frames[depth++], to);
			else if (graph->is_waiting[to] &&
				 graph->number[to] < graph->low[node])
				graph->low[node] = graph->number[to];
			continue;
		}
		if (graph->low[node] == graph->number[node])
			finish_component(graph, node);
		depth--;
		if (depth != 0 && graph->low[node] <
					  graph->low[frames[depth - 1].node])
			graph->low[frames[depth - 1].node] = graph->low[node];
	}
}

static struct graph
measure(const struct code *code, bool follows_pointers)
{
	size_t count = code->audit->nodes.count, i, call = 0;
	struct graph graph = {
		.code = code, .follows_pointers = follows_pointers,
		.pointer = count,
		.first_call = arena_alloc(count + 2, sizeof(size_t)),
		.number = arena_alloc(count + 1, sizeof(size_t)),
		.low = arena_alloc(count + 1, sizeof(size_t)),
		.is_waiting = arena_alloc(count + 1, sizeof(bool)),
		.waiting = arena_alloc(count + 1, sizeof(size_t)),
		.bytes = arena_alloc(count + 1, sizeof(uint64_t)),
		.deepest = arena_alloc(count + 1, sizeof(size_t)),
		.recursions = arena_alloc(1, sizeof *graph.recursions),
	};
	struct frame *frames = arena_alloc(count + 2, sizeof *frames);

	for (i = 0; i <= count; i++) {
		while (call < code->calls.count &&
		       code->calls.at[call].from < i)
			call++;
		graph.first_call[i] = call;
	}
	for (i = 0; i < count; i++)
		if (graph.number[i] == 0 &&
		    code->audit->nodes.at[i].kind == AUDIT_CODE)
			search(&graph, frames, i);
	return graph;
}

/* ---- The image's stacks --------------------------------------------------------------- */

static size_t
node_called(const struct audit *audit, const char *name)
{
	size_t i;

	for (i = 0; i < audit->nodes.count; i++)
		if (audit->nodes.at[i].kind == AUDIT_CODE &&
		    text_equal(audit->nodes.at[i].name, name))
			return i;
	return AUDIT_NONE;
}

static uint64_t
symbol_address(const struct audit *audit, const char *name)
{
	size_t i;

	for (i = 0; i < audit->linked.symbols_count; i++)
		if (text_equal(audit->linked.symbols[i].name, name))
			return audit->linked.symbols[i].address;
	return 0;
}

/* Which nodes can come after one. */
static const bool *
reachable(const struct graph *graph, size_t root)
{
	size_t count = graph->pointer + 1, waiting = 1, i, to;
	bool *is_reached = arena_alloc(count, sizeof *is_reached);
	size_t *stack = arena_alloc(count, sizeof *stack);
	unsigned unused;

	stack[0] = root;
	is_reached[root] = true;
	while (waiting != 0) {
		size_t node = stack[--waiting];

		for (i = 0; i < calls_count(graph, node); i++) {
			to = callee(graph, node, i, &unused);
			if (to == AUDIT_NONE || is_reached[to])
				continue;
			is_reached[to] = true;
			stack[waiting++] = to;
		}
	}
	return is_reached;
}

/* What the CPU pushes for an exception or an interrupt, once it has aligned the
 * stack to 16 (Intel SDM 3A, 6.14.2). */
enum { INTERRUPT_BYTES = 8 + 6 * 8 };

/* The layout's names (image.lds), what runs on each, and what lies on it before:
 * on the stack the address of the return; below the idle wait an interrupt may
 * come. On that of faults the vector's number, what a platform moves aside
 * (PLATFORM_FAULT), the alignment before the call and the call's. */
static const struct {
	const char *name, *root;
	unsigned entry_bytes;
} stacks[] = {
	{ "stack", "kernel_main", 8 + INTERRUPT_BYTES },
	{ "fault_stack", "cpu_fault", INTERRUPT_BYTES + 8 + 16 + 15 + 8 },
};

static void
add_stack(struct code *code, const struct graph *direct,
	  const struct graph *all, size_t which)
{
	const struct audit *audit = code->audit;
	const char *name = stacks[which].name;
	uint64_t start = symbol_address(audit, name);
	uint64_t end = symbol_address(audit, arena_printf("%s_end", name));
	struct code_stack *stack;
	size_t at = node_called(audit, stacks[which].root), i;
	const bool *is_reached;

	if (at == AUDIT_NONE || end <= start)
		return;
	stack = list_add(&code->stacks);
	stack->name = name;
	stack->root = at;
	stack->allocated_bytes = end - start;
	stack->direct_bytes = sum_of(direct->bytes[at],
				     stacks[which].entry_bytes);
	stack->bytes = sum_of(all->bytes[at], stacks[which].entry_bytes);
	is_reached = reachable(all, at);
	for (i = 0; i < audit->nodes.count; i++)
		if (is_reached[i] && code->is_unbounded[i])
			*list_add(&stack->unbounded) = i;
	is_reached = reachable(direct, at);
	for (i = 0; i < direct->recursions->list.count; i++)
		if (is_reached[direct->recursions->list.at[i].member])
			*list_add(&stack->recursions) =
				direct->recursions->list.at[i].names;
	for (; at != AUDIT_NONE && stack->path.count <= audit->nodes.count;
	     at = direct->deepest[at])
		*list_add(&stack->path) = at;
}

void
code_find_stacks(struct code *code)
{
	struct graph direct = measure(code, false);
	struct graph all = measure(code, true);
	size_t i;

	for (i = 0; i < countof(stacks); i++)
		add_stack(code, &direct, &all, i);
}
