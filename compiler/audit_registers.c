/* SPDX-License-Identifier: ISC */
/* Audit, registers: see audit_registers.h. */
#include "audit_registers.h"

#include <string.h>

/* An image's addresses fit in: mov $f, %ecx. */
enum { ADDRESS_LOW_BYTES = 4 };

static const uint16_t parts[REGISTERS][5] = {
	{ X86_REG_RAX, X86_REG_EAX, X86_REG_AX, X86_REG_AL, X86_REG_AH },
	{ X86_REG_RCX, X86_REG_ECX, X86_REG_CX, X86_REG_CL, X86_REG_CH },
	{ X86_REG_RDX, X86_REG_EDX, X86_REG_DX, X86_REG_DL, X86_REG_DH },
	{ X86_REG_RBX, X86_REG_EBX, X86_REG_BX, X86_REG_BL, X86_REG_BH },
	{ X86_REG_RSP, X86_REG_ESP, X86_REG_SP, X86_REG_SPL },
	{ X86_REG_RBP, X86_REG_EBP, X86_REG_BP, X86_REG_BPL },
	{ X86_REG_RSI, X86_REG_ESI, X86_REG_SI, X86_REG_SIL },
	{ X86_REG_RDI, X86_REG_EDI, X86_REG_DI, X86_REG_DIL },
	{ X86_REG_R8, X86_REG_R8D, X86_REG_R8W, X86_REG_R8B },
	{ X86_REG_R9, X86_REG_R9D, X86_REG_R9W, X86_REG_R9B },
	{ X86_REG_R10, X86_REG_R10D, X86_REG_R10W, X86_REG_R10B },
	{ X86_REG_R11, X86_REG_R11D, X86_REG_R11W, X86_REG_R11B },
	{ X86_REG_R12, X86_REG_R12D, X86_REG_R12W, X86_REG_R12B },
	{ X86_REG_R13, X86_REG_R13D, X86_REG_R13W, X86_REG_R13B },
	{ X86_REG_R14, X86_REG_R14D, X86_REG_R14W, X86_REG_R14B },
	{ X86_REG_R15, X86_REG_R15D, X86_REG_R15W, X86_REG_R15B },
};

enum { HIGH_BYTE = 4 };	/* the column of ah, ch, dh, bh */

size_t
register_of(unsigned part)
{
	static uint8_t known[X86_REG_ENDING];
	size_t i, j;

	if (known[X86_REG_AX] == 0)
		for (i = 0; i < REGISTERS; i++)
			for (j = 0; j < countof(parts[i]); j++)
				if (parts[i][j] != 0)
					known[parts[i][j]] =
						(uint8_t)(i + 1);
	return part < X86_REG_ENDING && known[part] != 0 ? known[part] - 1u
							 : REGISTERS;
}

/* Where in its register a part begins, in bits. */
static unsigned
shift_of(size_t is, unsigned part)
{
	return parts[is][HIGH_BYTE] == part ? 8 : 0;
}

void
registers_forget(struct registers *registers)
{
	memset(registers->at, 0, sizeof registers->at);
	registers->pushed = (struct value){ 0 };
}

static uint64_t
mask_of(unsigned bytes)
{
	return bytes < sizeof(uint64_t) ? ((uint64_t)1 << (8 * bytes)) - 1
					: UINT64_MAX;
}

bool
value_find(struct value value, unsigned bytes, uint64_t *number)
{
	*number = value.number & mask_of(bytes);
	return (value.known & mask_of(bytes)) == mask_of(bytes);
}

static struct value
value_of(uint64_t number)
{
	return (struct value){ .known = UINT64_MAX, .number = number };
}

/* A value's low bytes; those above are cleared. */
static struct value
masked(struct value value, unsigned bytes)
{
	value.known |= ~mask_of(bytes);
	value.number &= mask_of(bytes);
	value.is_function = value.is_function && bytes >= ADDRESS_LOW_BYTES;
	return value;
}

struct value
registers_operand(const struct registers *registers, const cs_x86_op *op)
{
	struct value value = { 0 };
	size_t is;

	if (op->type == X86_OP_IMM)
		return value_of((uint64_t)op->imm);
	if (op->type != X86_OP_REG || (is = register_of(op->reg)) == REGISTERS)
		return value;
	value = registers->at[is];
	value.number >>= shift_of(is, op->reg);
	value.known >>= shift_of(is, op->reg);
	return masked(value, op->size);
}

bool
registers_is_function(const struct registers *registers, struct value value)
{
	const struct audit *audit = registers->code->audit;
	size_t node;

	if (value.known != UINT64_MAX)
		return value.is_function;
	node = audit_node_at(audit, value.number);
	return node != AUDIT_NONE && registers->code->is_pointed_to[node] &&
	       audit->nodes.at[node].address == value.number;
}

/* What is known where either may be. */
static struct value
either(const struct registers *registers, struct value a, struct value b)
{
	struct value value = {
		.known = a.known & b.known & ~(a.number ^ b.number),
	};

	value.number = a.number & value.known;
	value.is_function = value.known != UINT64_MAX &&
			    (registers_is_function(registers, a) ||
			     registers_is_function(registers, b));
	return value;
}

/* What a load finds: one of the functions in a table. */
static struct value
loaded(const struct registers *registers, const cs_insn *at)
{
	const struct audit *audit = registers->code->audit;
	size_t i = audit_first_relocation(audit, at->address), from;
	struct value value = { 0 };

	if (i == audit->linked.relocations.count ||
	    audit->linked.relocations.at[i].at >= at->address + at->size)
		return value;
	from = audit_relocation_target(audit, &audit->linked.relocations.at[i]);
	value.is_function = from != AUDIT_NONE &&
			    registers->code->is_pointing[from];
	return value;
}

/* What a sum or difference of the low bytes is. */
static struct value
computed(unsigned id, struct value a, struct value b, unsigned bytes)
{
	uint64_t first, second;

	if (!value_find(a, bytes, &first) || !value_find(b, bytes, &second))
		return (struct value){ 0 };
	return value_of(id == X86_INS_ADD   ? first + second
			: id == X86_INS_SUB ? first - second
					    : first | second);
}

/* The value that an instruction leaves in its first operand. */
static struct value
result(struct registers *registers, const cs_insn *at)
{
	const cs_x86 *x86 = &at->detail->x86;
	const cs_x86_op *to = &x86->operands[0], *from = &x86->operands[1];
	struct value value = { 0 }, a, b;

	a = registers_operand(registers, to);
	b = x86->op_count > 1 ? registers_operand(registers, from) : value;
	switch (at->id) {
	case X86_INS_MOV: case X86_INS_MOVABS: case X86_INS_MOVZX:
		value = from->type == X86_OP_MEM ? loaded(registers, at) : b;
		break;
	case X86_INS_CMOVA: case X86_INS_CMOVAE: case X86_INS_CMOVB:
	case X86_INS_CMOVBE: case X86_INS_CMOVE: case X86_INS_CMOVG:
	case X86_INS_CMOVGE: case X86_INS_CMOVL: case X86_INS_CMOVLE:
	case X86_INS_CMOVNE: case X86_INS_CMOVNO: case X86_INS_CMOVNP:
	case X86_INS_CMOVNS: case X86_INS_CMOVO: case X86_INS_CMOVP:
	case X86_INS_CMOVS:
		value = either(registers, a, from->type == X86_OP_MEM
						? loaded(registers, at) : b);
		break;
	case X86_INS_POP:
		value = registers->pushed;
		break;
	case X86_INS_LEA:
		if (from->mem.base == X86_REG_RIP &&
		    from->mem.index == X86_REG_INVALID)
			value = value_of(at->address + at->size +
					 (uint64_t)from->mem.disp);
		break;
	case X86_INS_XOR:
		if (from->type == X86_OP_REG && from->reg == to->reg)
			value = value_of(0);
		break;
	case X86_INS_ADD: case X86_INS_SUB: case X86_INS_OR:
		value = computed(at->id, a, b, to->size);
		break;
	case X86_INS_INC:
		value = computed(X86_INS_ADD, a, value_of(1), to->size);
		break;
	case X86_INS_DEC:
		value = computed(X86_INS_SUB, a, value_of(1), to->size);
		break;
	default:
		return value;
	}
	return masked(value, to->size);
}

/* What a register holds once a part of it has been written. */
static struct value
with_part(struct value whole, struct value part, size_t is,
	  const cs_x86_op *to)
{
	unsigned shift = shift_of(is, to->reg);
	uint64_t mask = mask_of(to->size) << shift;

	if (to->size >= ADDRESS_LOW_BYTES)
		return part;	/* 32 bits clear those above */
	whole.known = (whole.known & ~mask) | ((part.known << shift) & mask);
	whole.number = (whole.number & ~mask) | ((part.number << shift) & mask);
	whole.is_function = false;
	return whole;
}

/* Does an instruction leave its first operand as it is? capstone does not know
 * it of all: mov $1, %dl it takes for one that writes nothing. */
static bool
only_reads_first(unsigned id)
{
	return id == X86_INS_CMP || id == X86_INS_TEST || id == X86_INS_PUSH ||
	       id == X86_INS_BT || id == X86_INS_OUT || id == X86_INS_JMP;
}

void
registers_follow(struct registers *registers, csh engine, const cs_insn *at)
{
	const cs_x86 *x86 = &at->detail->x86;
	const cs_x86_op *first = &x86->operands[0];
	struct value value = { 0 };
	cs_regs reads, writes;
	uint8_t reads_count, writes_count;
	size_t to = REGISTERS, written, i;

	if (x86->op_count != 0 && first->type == X86_OP_REG &&
	    !only_reads_first(at->id))
		to = register_of(first->reg);
	if (to != REGISTERS)
		value = with_part(registers->at[to], result(registers, at), to,
				  first);
	if (cs_regs_access(engine, at, reads, &reads_count, writes,
			   &writes_count) == 0)
		for (i = 0; i < writes_count; i++) {
			written = register_of(writes[i]);
			if (written != REGISTERS)
				registers->at[written] = (struct value){ 0 };
		}
	if (to != REGISTERS)
		registers->at[to] = value;
	registers->pushed = (struct value){ 0 };
	if (at->id == X86_INS_PUSH)
		registers->pushed = registers_operand(registers, first);
	if (cs_insn_group(engine, at, X86_GRP_CALL))
		registers_forget(registers);
}

void
registers_merge(struct registers *registers, const struct registers *others)
{
	size_t i;

	for (i = 0; i < REGISTERS; i++)
		registers->at[i] = either(registers, registers->at[i],
					  others->at[i]);
	registers->pushed = (struct value){ 0 };
}
