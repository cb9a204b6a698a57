/* SPDX-License-Identifier: ISC */
/*
 * What is known of the registers while a function's instructions are followed.
 *
 * A register holds a number, or one of several functions' addresses, or nobody
 * knows what. Writing a part of a register leaves the rest as it was (Intel SDM
 * 1, 3.4.1.1); what an instruction does that is not followed is forgotten.
 */
#ifndef UNICC_AUDIT_REGISTERS_H
#define UNICC_AUDIT_REGISTERS_H

#include <capstone/capstone.h>

#include "audit_code.h"

enum { REGISTERS = 16 };
enum { REGISTER_AX, REGISTER_CX, REGISTER_DX, REGISTER_BX, REGISTER_SP,
       REGISTER_BP };

struct value {
	uint64_t known;		/* bits of number that are; the others are 0 */
	uint64_t number;
	bool is_function;	/* not all is known, but it is the address of
				 * some function */
};

struct registers {
	const struct code *code;	/* which functions are pointed to */
	struct value at[REGISTERS];
	struct value pushed;		/* by the instruction just before */
};

/* The register that one of capstone's is a part of; REGISTERS: of none. */
size_t register_of(unsigned part);

/* Are a value's low bytes known, and what are they? */
bool value_find(struct value value, unsigned bytes, uint64_t *number);

/* What an operand is before its instruction. */
struct value registers_operand(const struct registers *registers,
			       const cs_x86_op *op);

/* Is it the address of a function whose address something else has, too? */
bool registers_is_function(const struct registers *registers,
			   struct value value);

void registers_forget(struct registers *registers);

/* Keep what others agree with. */
void registers_merge(struct registers *registers,
		     const struct registers *others);

/* Execute one instruction. */
void registers_follow(struct registers *registers, csh engine,
		      const cs_insn *at);

#endif
