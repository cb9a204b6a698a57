/* SPDX-License-Identifier: ISC */
/*
 * What an image's code can do, found by disassembling all of it (capstone).
 *
 * Constants are followed within a function, from where they are loaded to where
 * they are used; what is not found so is "computed". Assembly for 32 bits at
 * the entry is read as what it is in 64 bits, where ports and registers read
 * the same.
 */
#ifndef UNICC_AUDIT_CODE_H
#define UNICC_AUDIT_CODE_H

#include "audit.h"

enum code_fact_kind {
	CODE_PORT_READ, CODE_PORT_WRITE, CODE_MSR_READ, CODE_MSR_WRITE,
	CODE_HYPERCALL, CODE_TRAP,
	CODE_POINTER_STORED,	/* a function's address into writable memory */
	CODE_POINTER_CALLED,	/* a call through a pointer */
	CODE_FACTS
};
extern const char *const code_facts[CODE_FACTS];

struct code_fact {
	enum code_fact_kind kind;
	uint64_t address;	/* of the instruction */
	size_t node;
	bool is_known;		/* number: of the port, register or hypercall */
	uint64_t number;
	size_t target;		/* of a stored pointer: the function;
				 * AUDIT_NONE: one of several */
};

/* A call or a jump into another function. */
struct code_call {
	size_t from, to;	/* nodes; to AUDIT_NONE: through a pointer */
	unsigned depth_bytes;	/* of the caller's stack, the address of the
				 * return included */
};

/* What a stack holds at most. */
struct code_stack {
	const char *name;	/* "the stack" */
	size_t root;		/* node where it is empty; AUDIT_NONE: none */
	uint64_t allocated_bytes;
	uint64_t direct_bytes;	/* if no pointer is followed */
	uint64_t bytes;		/* any pointer may lead to any function that is
				 * pointed to, each entered once */
	LIST(size_t) path;	/* the deepest by direct calls */
	LIST(const char *) recursions;	/* "a, b": functions that can call
					 * themselves again; counted once */
	LIST(size_t) unbounded;	/* functions that use a computed amount */
};
/* Of direct_bytes and bytes: an unbounded function is on the way. */
#define CODE_NO_BOUND UINT64_MAX

struct code {
	const struct audit *audit;
	LIST(struct code_fact) facts;	/* by kind, number, node, address */
	LIST(struct code_call) calls;	/* by from */
	LIST(uint64_t) labels;		/* places inside functions that are
					 * referred to, by address */
	unsigned *frame_bytes;		/* of each node: at its deepest */
	bool *is_unbounded;		/* of each node: by what is computed */
	bool *is_pointed_to;		/* of each node: its address is taken */
	bool *is_pointing;		/* of each node: functions' addresses
					 * lie in it */
	LIST(struct code_stack) stacks;
};

/* The same in the same function? */
bool code_is_same(const struct code_fact *a, const struct code_fact *b);

/* Disassemble the image. False: capstone cannot be used. */
bool code_find(struct code *code, const struct audit *audit);

/* What a port, register or hypercall is called, or NULL. */
const char *code_number_name(const struct code_fact *fact);

/* audit_html.c: modules of the catalogue that have no unit in the image. */
struct catalogue;
struct module;
const struct module **audit_not_linked(const struct audit *audit,
				       const struct catalogue *catalogue,
				       size_t *count);

/* audit_html.c: the page that shows it all. False after diag(). */
bool audit_page(const struct code *code, const struct catalogue *catalogue,
		struct bytes *page);

/* audit_stack.c: stacks and recursions, by calls and frames. */
void code_find_stacks(struct code *code);

#endif
