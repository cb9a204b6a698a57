/* SPDX-License-Identifier: ISC */
/* Audit, code: see audit_code.h. */
#include "audit_code.h"

#include <capstone/capstone.h>
#include <stdlib.h>
#include <string.h>

const char *const code_facts[CODE_FACTS] = {
	"port read", "port write", "MSR read", "MSR write", "hypercall",
	"trap", "function pointer stored", "call through a pointer",
};

enum { REGISTERS = 16, HYPERCALL_BYTES = 32, ADDRESS_BYTES = 8 };

/* ---- Registers --------------------------------------------------------------------- */

static const uint16_t registers[REGISTERS][5] = {
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

enum { AX, CX, DX, BX, SP, BP };

/* The register that this is a part of; REGISTERS: of none. */
static size_t
register_of(unsigned part)
{
	static uint8_t known[X86_REG_ENDING];
	size_t i, j;

	if (known[X86_REG_AX] == 0)
		for (i = 0; i < REGISTERS; i++)
			for (j = 0; j < countof(registers[i]); j++)
				if (registers[i][j] != 0)
					known[registers[i][j]] =
						(uint8_t)(i + 1);
	return part < X86_REG_ENDING && known[part] != 0 ? known[part] - 1u
							 : REGISTERS;
}

/* ---- Walking one node ------------------------------------------------------------- */

struct value {
	bool is_known;
	uint64_t number;
};

/* Where something jumps to, and what is known there. */
struct target {
	bool is_back;		/* jumped to from behind it, too */
	bool is_reached;	/* the rest is set */
	int depth;		/* of the stack, at its deepest */
	struct value values[REGISTERS];
};

struct walk {
	struct code *code;
	const struct audit_node *node;
	size_t index;		/* of the node */
	const uint8_t *bytes;
	csh engine;
	bool is_assembly;
	struct target **targets;	/* by offset in the node; NULL: none */
	struct value values[REGISTERS];
	struct value pushed;	/* by the instruction just before */
	int now;		/* the stack's depth here */
	bool is_cut_off;	/* what is before does not lead here */
};

static void
forget(struct walk *walk)
{
	memset(walk->values, 0, sizeof walk->values);
	walk->pushed.is_known = false;
}

static struct code_fact *
add_fact(struct walk *walk, enum code_fact_kind kind, const cs_insn *at)
{
	struct code_fact *fact = list_add(&walk->code->facts);

	fact->kind = kind;
	fact->address = at->address;
	fact->node = walk->index;
	fact->target = AUDIT_NONE;
	return fact;
}

static void
add_number(struct walk *walk, enum code_fact_kind kind, const cs_insn *at,
	   struct value value)
{
	struct code_fact *fact = add_fact(walk, kind, at);

	fact->is_known = value.is_known;
	fact->number = value.is_known ? value.number : 0;
}

static void
add_call(struct walk *walk, size_t to, int more)
{
	struct code_call *call = list_add(&walk->code->calls);

	call->from = walk->index;
	call->to = to;
	call->depth_bytes = (unsigned)((walk->now < 0 ? 0 : walk->now) + more);
}

static struct value
operand(const struct walk *walk, const cs_x86_op *op)
{
	size_t is;

	if (op->type == X86_OP_IMM)
		return (struct value){ true, (uint64_t)op->imm };
	if (op->type != X86_OP_REG)
		return (struct value){ false, 0 };
	is = register_of(op->reg);
	return is == REGISTERS ? (struct value){ false, 0 } : walk->values[is];
}

/* ---- Constants ---------------------------------------------------------------------- */

static struct value
masked(struct value value, unsigned bytes)
{
	if (bytes < sizeof value.number)
		value.number &= ((uint64_t)1 << (8 * bytes)) - 1;
	return value;
}

/* The value that an instruction leaves in its first operand. */
static struct value
result(struct walk *walk, const cs_insn *at)
{
	const cs_x86 *x86 = &at->detail->x86;
	const cs_x86_op *to = &x86->operands[0], *from = &x86->operands[1];
	struct value value = { false, 0 }, a, b;

	a = operand(walk, to);
	b = x86->op_count > 1 ? operand(walk, from) : value;
	switch (at->id) {
	case X86_INS_MOV: case X86_INS_MOVABS: case X86_INS_MOVZX:
		value = b;
		break;
	case X86_INS_POP:
		value = walk->pushed;
		break;
	case X86_INS_LEA:
		value.is_known = from->mem.base == X86_REG_RIP &&
				 from->mem.index == X86_REG_INVALID;
		value.number = at->address + at->size +
			       (uint64_t)from->mem.disp;
		break;
	case X86_INS_XOR:
		if (from->type == X86_OP_REG && from->reg == to->reg)
			value.is_known = true;
		break;
	case X86_INS_ADD: case X86_INS_SUB: case X86_INS_OR:
		value.is_known = a.is_known && b.is_known;
		value.number = at->id == X86_INS_ADD   ? a.number + b.number
			       : at->id == X86_INS_SUB ? a.number - b.number
						       : a.number | b.number;
		break;
	case X86_INS_INC: case X86_INS_DEC:
		value.is_known = a.is_known;
		value.number = a.number + (at->id == X86_INS_INC ? 1 : -1u);
		break;
	default:
		break;
	}
	return masked(value, to->size);
}

static void
follow_constants(struct walk *walk, const cs_insn *at)
{
	const cs_x86 *x86 = &at->detail->x86;
	struct value value = { false, 0 };
	cs_regs reads, writes;
	uint8_t reads_count, writes_count;
	size_t to, i;

	if (x86->op_count != 0 && x86->operands[0].type == X86_OP_REG)
		value = result(walk, at);
	if (cs_regs_access(walk->engine, at, reads, &reads_count, writes,
			   &writes_count) == 0)
		for (i = 0; i < writes_count; i++) {
			to = register_of(writes[i]);
			if (to != REGISTERS)
				walk->values[to].is_known = false;
		}
	if (value.is_known && (to = register_of(x86->operands[0].reg)) !=
				      REGISTERS)
		walk->values[to] = value;
	walk->pushed.is_known = false;
	if (at->id == X86_INS_PUSH)
		walk->pushed = operand(walk, &x86->operands[0]);
	if (cs_insn_group(walk->engine, at, X86_GRP_CALL))
		forget(walk);
}

/* ---- Facts -------------------------------------------------------------------------- */

static bool
is_port_instruction(unsigned id, bool *is_write)
{
	*is_write = id == X86_INS_OUT || id == X86_INS_OUTSB ||
		    id == X86_INS_OUTSW || id == X86_INS_OUTSD;
	return *is_write || id == X86_INS_IN || id == X86_INS_INSB ||
	       id == X86_INS_INSW || id == X86_INS_INSD;
}

/* in al, PORT; out PORT, al: the port is the operand that is not al. */
static struct value
port_of(const struct walk *walk, const cs_insn *at, bool is_write)
{
	const cs_x86 *x86 = &at->detail->x86;
	const cs_x86_op *op = &x86->operands[is_write ? 0 : 1];
	struct value value = x86->op_count == 2 && op->type == X86_OP_IMM
				     ? operand(walk, op)
				     : walk->values[DX];

	return masked(value, op->type == X86_OP_IMM ? 1 : 2);
}

static void
find_privileged(struct walk *walk, const cs_insn *at)
{
	bool is_write;

	if (is_port_instruction(at->id, &is_write))
		add_number(walk, is_write ? CODE_PORT_WRITE : CODE_PORT_READ,
			   at, port_of(walk, at, is_write));
	else if (at->id == X86_INS_RDMSR || at->id == X86_INS_WRMSR)
		add_number(walk, at->id == X86_INS_WRMSR ? CODE_MSR_WRITE
							 : CODE_MSR_READ,
			   at, masked(walk->values[CX], 4));
	else if (at->id == X86_INS_VMCALL || at->id == X86_INS_VMMCALL)
		add_number(walk, CODE_HYPERCALL, at, walk->values[AX]);
	else if (at->id == X86_INS_SYSCALL || at->id == X86_INS_SYSENTER ||
		 at->id == X86_INS_INT)
		add_number(walk, CODE_TRAP, at,
			   at->id == X86_INS_INT
				   ? operand(walk, &at->detail->x86.operands[0])
				   : walk->values[AX]);
}

/* An address of code as a value: whoever has it may call it later. */
static void
find_pointers(struct walk *walk, const cs_insn *at, bool is_transfer)
{
	const struct audit *audit = walk->code->audit;
	const cs_x86_op *to = &at->detail->x86.operands[0];
	size_t i = audit_first_relocation(audit, at->address), target;
	struct code_fact *fact;

	for (; i < audit->linked.relocations.count &&
	       audit->linked.relocations.at[i].at < at->address + at->size;
	     i++) {
		target = audit_relocation_target(
			audit, &audit->linked.relocations.at[i]);
		if (target == AUDIT_NONE || is_transfer ||
		    target == walk->index ||
		    audit->nodes.at[target].kind != AUDIT_CODE)
			continue;
		walk->code->is_pointed_to[target] = true;
		if (at->id == X86_INS_MOV && to->type == X86_OP_MEM) {
			fact = add_fact(walk, CODE_POINTER_STORED, at);
			fact->target = target;
		}
	}
}

/* The same from a register, into which it was loaded before. */
static void
find_stored_register(struct walk *walk, const cs_insn *at)
{
	const cs_x86 *x86 = &at->detail->x86;
	const struct audit *audit = walk->code->audit;
	struct value value;
	size_t target;

	if (at->id != X86_INS_MOV || x86->op_count != 2 ||
	    x86->operands[0].type != X86_OP_MEM ||
	    x86->operands[1].type != X86_OP_REG ||
	    x86->operands[1].size != ADDRESS_BYTES)
		return;
	value = operand(walk, &x86->operands[1]);
	target = value.is_known ? audit_node_at(audit, value.number)
				: AUDIT_NONE;
	if (target != AUDIT_NONE && walk->code->is_pointed_to[target] &&
	    audit->nodes.at[target].address == value.number)
		add_fact(walk, CODE_POINTER_STORED, at)->target = target;
}

/* ---- Control flow -------------------------------------------------------------------- */

static bool
is_inside(const struct walk *walk, uint64_t address)
{
	return address >= walk->node->address &&
	       address - walk->node->address < walk->node->size;
}

static struct target *
target_at(struct walk *walk, uint64_t address)
{
	struct target **target =
		&walk->targets[address - walk->node->address];

	if (*target == NULL)
		*target = arena_alloc(1, sizeof **target);
	return *target;
}

/* Keep what both ways to a place agree on. */
static void
merge(struct value *values, const struct value *others)
{
	size_t i;

	for (i = 0; i < REGISTERS; i++)
		if (!others[i].is_known || !values[i].is_known ||
		    values[i].number != others[i].number)
			values[i].is_known = false;
}

static void
reach(struct walk *walk, uint64_t address)
{
	struct target *target = target_at(walk, address);

	if (!target->is_reached)
		memcpy(target->values, walk->values, sizeof walk->values);
	else
		merge(target->values, walk->values);
	if (!target->is_reached || target->depth < walk->now)
		target->depth = walk->now;
	target->is_reached = true;
}

static void
arrive(struct walk *walk, const struct target *target)
{
	walk->pushed.is_known = false;
	if (target->is_back)
		forget(walk);
	else if (walk->is_cut_off)
		memcpy(walk->values, target->values, sizeof walk->values);
	else
		merge(walk->values, target->values);
	if (target->is_reached && (walk->is_cut_off ||
				   target->depth > walk->now))
		walk->now = target->depth;
	walk->is_cut_off = false;
}

/* jmp *TABLE(,%rax,8): into this node, by what the table refers to. */
static bool
reach_table(struct walk *walk, const cs_insn *at)
{
	const struct audit *audit = walk->code->audit;
	size_t i = audit_first_relocation(audit, at->address), table = AUDIT_NONE;
	const struct audit_node *node;

	if (i < audit->linked.relocations.count &&
	    audit->linked.relocations.at[i].at < at->address + at->size)
		table = audit_relocation_target(
			audit, &audit->linked.relocations.at[i]);
	if (table == AUDIT_NONE || audit->nodes.at[table].kind != AUDIT_TABLE)
		return false;
	node = &audit->nodes.at[table];
	for (i = audit_first_relocation(audit, node->address);
	     i < audit->linked.relocations.count &&
	     audit->linked.relocations.at[i].at < node->address + node->size;
	     i++) {
		const struct linked_relocation *entry =
			&audit->linked.relocations.at[i];
		uint64_t to = audit->linked.symbols[entry->symbol].address +
			      (uint64_t)entry->addend;

		if (is_inside(walk, to))
			reach(walk, to);
	}
	return true;
}

static void
follow_transfer(struct walk *walk, const cs_insn *at, bool is_call)
{
	const struct audit *audit = walk->code->audit;
	const cs_x86_op *op = &at->detail->x86.operands[0];
	struct value page = { true, 0 };
	int more = is_call ? ADDRESS_BYTES : 0;
	size_t to;

	if (at->detail->x86.op_count != 1)
		return;
	if (op->type != X86_OP_IMM) {
		if (!is_call && reach_table(walk, at))
			return;
		add_call(walk, AUDIT_NONE, more);
		add_fact(walk, CODE_POINTER_CALLED, at);
		return;
	}
	if (is_inside(walk, (uint64_t)op->imm)) {
		if (!is_call)
			reach(walk, (uint64_t)op->imm);
		return;
	}
	to = audit_node_at(audit, (uint64_t)op->imm);
	if (to == AUDIT_NONE)
		return;
	if (text_equal(audit->nodes.at[to].name, "hypercall_page")) {
		page.number = ((uint64_t)op->imm - audit->nodes.at[to].address) /
			      HYPERCALL_BYTES;
		add_number(walk, CODE_HYPERCALL, at, page);
		return;
	}
	add_call(walk, to, more);
}

/* ---- The stack's depth ------------------------------------------------------------------ */

static void
follow_stack(struct walk *walk, const cs_insn *at)
{
	const cs_x86 *x86 = &at->detail->x86;
	const cs_x86_op *to = &x86->operands[0], *from = &x86->operands[1];
	bool is_stack = x86->op_count != 0 && to->type == X86_OP_REG &&
			register_of(to->reg) == SP;

	if (at->id == X86_INS_PUSH || at->id == X86_INS_PUSHFQ)
		walk->now += ADDRESS_BYTES;
	else if (at->id == X86_INS_POP || at->id == X86_INS_POPFQ)
		walk->now -= ADDRESS_BYTES;
	else if (is_stack && at->id == X86_INS_SUB && from->type == X86_OP_IMM)
		walk->now += (int)from->imm;
	else if (is_stack && at->id == X86_INS_ADD && from->type == X86_OP_IMM)
		walk->now -= (int)from->imm;
	else if (is_stack && at->id == X86_INS_LEA &&
		 register_of(from->mem.base) == SP &&
		 from->mem.index == X86_REG_INVALID)
		walk->now -= (int)from->mem.disp;
	else if (is_stack && at->id == X86_INS_MOV && from->type == X86_OP_IMM)
		walk->now = 0;	/* another stack, from its end */
	if (walk->now < 0)
		walk->now = 0;
	if ((unsigned)walk->now > walk->code->frame_bytes[walk->index])
		walk->code->frame_bytes[walk->index] = (unsigned)walk->now;
}

static void
step(struct walk *walk, const cs_insn *at)
{
	size_t offset = (size_t)(at->address - walk->node->address);
	bool is_call = cs_insn_group(walk->engine, at, X86_GRP_CALL);
	bool is_jump = cs_insn_group(walk->engine, at, X86_GRP_JUMP);

	if (walk->targets[offset] != NULL)
		arrive(walk, walk->targets[offset]);
	find_privileged(walk, at);
	find_pointers(walk, at, is_call || is_jump);
	find_stored_register(walk, at);
	follow_stack(walk, at);
	if (is_call || is_jump)
		follow_transfer(walk, at, is_call);
	follow_constants(walk, at);
	if (at->id == X86_INS_JMP || at->id == X86_INS_RET ||
	    at->id == X86_INS_UD2)
		walk->is_cut_off = true;
}

/* The next instruction; in assembly only where a line says that one is. */
static bool
next_instruction(struct walk *walk, uint64_t *address, cs_insn *one)
{
	uint64_t end = walk->node->address + walk->node->size;
	const uint8_t *at;
	size_t size;

	for (; *address < end; ++*address) {
		if (walk->is_assembly &&
		    !audit_is_line(walk->code->audit, *address))
			continue;
		at = walk->bytes + (*address - walk->node->address);
		size = (size_t)(end - *address);
		if (cs_disasm_iter(walk->engine, &at, &size, address, one))
			return true;
		forget(walk);
	}
	return false;
}

/* Jumps back, which are met only after what they lead to. */
static void
find_back_jumps(struct walk *walk, cs_insn *one)
{
	uint64_t address = walk->node->address, to;

	while (next_instruction(walk, &address, one)) {
		if (!cs_insn_group(walk->engine, one, X86_GRP_JUMP) ||
		    one->detail->x86.op_count != 1 ||
		    one->detail->x86.operands[0].type != X86_OP_IMM)
			continue;
		to = (uint64_t)one->detail->x86.operands[0].imm;
		if (is_inside(walk, to) && to <= one->address)
			target_at(walk, to)->is_back = true;
	}
}

static bool
is_assembly(const struct audit *audit, const struct audit_node *node)
{
	const char *label = node->unit == AUDIT_NONE
				    ? ""
				    : audit->units.at[node->unit].label;

	return text_ends(label, ".S") || text_ends(label, ".s");
}

static void
walk_node(struct code *code, csh engine, size_t index, const uint8_t *bytes)
{
	const struct audit_node *node = &code->audit->nodes.at[index];
	uint64_t address = node->address;
	cs_insn *one = cs_malloc(engine);
	struct walk walk = {
		.code = code, .node = node, .index = index, .bytes = bytes,
		.engine = engine,
		.is_assembly = is_assembly(code->audit, node),
		.targets = arena_alloc((size_t)node->size,
				       sizeof *walk.targets),
	};

	find_back_jumps(&walk, one);
	while (next_instruction(&walk, &address, one))
		step(&walk, one);
	cs_free(one, 1);
}

/* ---- All ------------------------------------------------------------------------------ */

static int
fact_order(const void *a, const void *b)
{
	const struct code_fact *first = a, *second = b;

	if (first->kind != second->kind)
		return first->kind < second->kind ? -1 : 1;
	if (first->is_known != second->is_known)
		return first->is_known ? -1 : 1;
	if (first->number != second->number)
		return first->number < second->number ? -1 : 1;
	return (first->address > second->address) -
	       (first->address < second->address);
}

bool
code_is_same(const struct code_fact *a, const struct code_fact *b)
{
	return a->kind == b->kind && a->is_known == b->is_known &&
	       a->number == b->number && a->node == b->node &&
	       a->target == b->target;
}

/* Addresses of code that lie in data: in tables, and where they can change. */
static void
find_stored(struct code *code)
{
	const struct audit *audit = code->audit;
	size_t i, from, to;

	for (i = 0; i < audit->linked.relocations.count; i++) {
		const struct linked_relocation *relocation =
			&audit->linked.relocations.at[i];

		from = audit_node_at(audit, relocation->at);
		to = audit_relocation_target(audit, relocation);
		if (from == AUDIT_NONE || to == AUDIT_NONE ||
		    audit->nodes.at[to].kind != AUDIT_CODE ||
		    audit->nodes.at[from].kind == AUDIT_CODE ||
		    audit->nodes.at[from].kind == AUDIT_TABLE ||
		    audit->nodes.at[from].kind == AUDIT_NOTE)
			continue;
		code->is_pointed_to[to] = true;
		if (audit->nodes.at[from].kind == AUDIT_DATA)
			*list_add(&code->facts) = (struct code_fact){
				.kind = CODE_POINTER_STORED,
				.address = relocation->at,
				.node = from,
				.target = to,
			};
	}
}

bool
code_find(struct code *code, const struct audit *audit)
{
	csh engine;
	size_t i;

	*code = (struct code){
		.audit = audit,
		.frame_bytes = arena_alloc(audit->nodes.count + 1,
					   sizeof *code->frame_bytes),
		.is_pointed_to = arena_alloc(audit->nodes.count + 1,
					     sizeof *code->is_pointed_to),
	};
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &engine) != CS_ERR_OK)
		return false;
	cs_option(engine, CS_OPT_DETAIL, CS_OPT_ON);
	for (i = 0; i < audit->nodes.count; i++) {
		struct bytes bytes = audit_bytes_of(audit,
						    &audit->nodes.at[i]);

		if (audit->nodes.at[i].kind == AUDIT_CODE &&
		    bytes.size == audit->nodes.at[i].size)
			walk_node(code, engine, i, bytes.at);
	}
	cs_close(&engine);
	find_stored(code);
	if (code->facts.count != 0)
		qsort(code->facts.at, code->facts.count,
		      sizeof *code->facts.at, fact_order);
	code_find_stacks(code);
	return true;
}
