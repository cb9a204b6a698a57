/* SPDX-License-Identifier: ISC */
/* Audit, code: see audit_code.h. */
#include "audit_code.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "audit_registers.h"

const char *const code_facts[CODE_FACTS] = {
	"port read", "port write", "MSR read", "MSR write", "hypercall",
	"trap", "function pointer stored", "call through a pointer",
};

enum { HYPERCALL_BYTES = 32, ADDRESS_BYTES = 8 };

/* ---- Walking one node ------------------------------------------------------------- */

/* How often a node is walked until no place is reached with a deeper stack. */
enum { PASSES_MAX = 4 };

/* Deeper than any machine's stack: what is more is taken for endless. */
enum { STACK_BYTES_MAX = 1 << 28 };

/* Where something jumps to, and what is known there. */
struct target {
	bool is_back;		/* come to from behind it or elsewhere, too */
	bool is_reached;	/* the rest is set */
	int64_t depth;		/* of the stack, at its deepest */
	int64_t walked;		/* with what it was walked */
	struct registers registers;
};

struct walk {
	struct code *code;
	const struct audit_node *node;
	size_t index;		/* of the node */
	const uint8_t *bytes;
	csh engine;
	bool is_assembly;
	struct target **targets;	/* by offset in the node; NULL: none */
	struct registers registers;
	int64_t now;		/* the stack's depth here */
	int64_t frame_pointer;	/* the depth that rbp points at */
	bool is_cut_off;	/* what is before does not lead here */
};

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
	   struct value value, unsigned bytes)
{
	struct code_fact *fact = add_fact(walk, kind, at);

	fact->is_known = value_find(value, bytes, &fact->number);
	if (!fact->is_known)
		fact->number = 0;
}

static void
add_call(struct walk *walk, size_t to, int more)
{
	struct code_call *call = list_add(&walk->code->calls);

	call->from = walk->index;
	call->to = to;
	call->depth_bytes = (unsigned)((walk->now < 0 ? 0 : walk->now) + more);
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
static void
add_port(struct walk *walk, const cs_insn *at, bool is_write)
{
	enum code_fact_kind kind = is_write ? CODE_PORT_WRITE : CODE_PORT_READ;
	const cs_x86 *x86 = &at->detail->x86;
	const cs_x86_op *op = &x86->operands[is_write ? 0 : 1];

	if (x86->op_count == 2 && op->type == X86_OP_IMM)
		add_number(walk, kind, at,
			   registers_operand(&walk->registers, op), 1);
	else
		add_number(walk, kind, at, walk->registers.at[REGISTER_DX], 2);
}

static void
find_privileged(struct walk *walk, const cs_insn *at)
{
	const struct value *registers = walk->registers.at;
	bool is_write;

	if (is_port_instruction(at->id, &is_write))
		add_port(walk, at, is_write);
	else if (at->id == X86_INS_RDMSR || at->id == X86_INS_WRMSR)
		add_number(walk, at->id == X86_INS_WRMSR ? CODE_MSR_WRITE
							 : CODE_MSR_READ,
			   at, registers[REGISTER_CX], 4);
	else if (at->id == X86_INS_VMCALL || at->id == X86_INS_VMMCALL)
		add_number(walk, CODE_HYPERCALL, at, registers[REGISTER_AX], 8);
	else if (at->id == X86_INS_INT)
		add_number(walk, CODE_TRAP, at,
			   registers_operand(&walk->registers,
					     &at->detail->x86.operands[0]), 1);
	else if (at->id == X86_INS_SYSCALL || at->id == X86_INS_SYSENTER)
		add_number(walk, CODE_TRAP, at, registers[REGISTER_AX], 8);
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

	if (at->id != X86_INS_MOV || x86->op_count != 2 ||
	    x86->operands[0].type != X86_OP_MEM ||
	    x86->operands[1].type != X86_OP_REG ||
	    x86->operands[1].size != ADDRESS_BYTES)
		return;
	value = registers_operand(&walk->registers, &x86->operands[1]);
	if (registers_is_function(&walk->registers, value))
		add_fact(walk, CODE_POINTER_STORED, at)->target =
			value.known == UINT64_MAX
				? audit_node_at(audit, value.number)
				: AUDIT_NONE;
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

static void
reach(struct walk *walk, uint64_t address)
{
	struct target *target = target_at(walk, address);

	if (!target->is_reached)
		target->registers = walk->registers;
	else
		registers_merge(&target->registers, &walk->registers);
	if (!target->is_reached || target->depth < walk->now)
		target->depth = walk->now;
	target->is_reached = true;
}

/* The deepest so far, for a place of which nobody knows who comes there. */
static int64_t
deepest(const struct walk *walk)
{
	return walk->code->frame_bytes[walk->index];
}

static void
arrive(struct walk *walk, struct target *target)
{
	if (target->is_back)
		registers_forget(&walk->registers);
	else if (walk->is_cut_off)
		walk->registers = target->registers;
	else
		registers_merge(&walk->registers, &target->registers);
	if (!target->is_reached) {
		if (walk->is_cut_off)
			walk->now = deepest(walk);
	} else if (walk->is_cut_off || target->depth > walk->now) {
		walk->now = target->depth;
	}
	target->walked = walk->now;
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

/* The first of the places inside functions that is not before an address. */
static size_t
first_label(const struct code *code, uint64_t address)
{
	size_t low = 0, high = code->labels.count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (code->labels.at[middle] < address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* jmp *%rax: to whatever is referred to inside this node, or elsewhere. */
static void
reach_labels(struct walk *walk)
{
	const struct code *code = walk->code;
	size_t i = first_label(code, walk->node->address);

	for (; i < code->labels.count && is_inside(walk, code->labels.at[i]);
	     i++)
		reach(walk, code->labels.at[i]);
}

static void
follow_transfer(struct walk *walk, const cs_insn *at, bool is_call)
{
	const struct audit *audit = walk->code->audit;
	const cs_x86_op *op = &at->detail->x86.operands[0];
	struct value page = { .known = UINT64_MAX };
	int more = is_call ? ADDRESS_BYTES : 0;
	size_t to;

	if (at->detail->x86.op_count != 1)
		return;
	if (op->type != X86_OP_IMM) {
		if (!is_call && reach_table(walk, at))
			return;
		if (!is_call)
			reach_labels(walk);
		add_call(walk, AUDIT_NONE, more);
		add_fact(walk, CODE_POINTER_CALLED, at);
		return;
	}
	if (is_inside(walk, (uint64_t)op->imm)) {
		if (!is_call)
			reach(walk, (uint64_t)op->imm);
		else if ((uint64_t)op->imm == walk->node->address)
			add_call(walk, walk->index, more);
		return;
	}
	to = audit_node_at(audit, (uint64_t)op->imm);
	if (to == AUDIT_NONE)
		return;
	if (text_equal(audit->nodes.at[to].name, "hypercall_page")) {
		page.number = ((uint64_t)op->imm - audit->nodes.at[to].address) /
			      HYPERCALL_BYTES;
		add_number(walk, CODE_HYPERCALL, at, page, sizeof page.number);
		return;
	}
	add_call(walk, to, more);
}

/* ---- The stack's depth ------------------------------------------------------------------ */

static bool
is_register(const cs_x86_op *op, size_t is)
{
	return op->type == X86_OP_REG && register_of(op->reg) == is;
}

static bool
writes_stack_pointer(const cs_x86 *x86)
{
	size_t i;

	for (i = 0; i < x86->op_count; i++)
		if (is_register(&x86->operands[i], REGISTER_SP) &&
		    (x86->operands[i].access & CS_AC_WRITE) != 0)
			return true;
	return false;
}

/* Where an instruction that writes rsp leaves it. False: nobody knows. */
static bool
move_stack(struct walk *walk, const cs_insn *at)
{
	const cs_x86_op *from = &at->detail->x86.operands[1];
	bool is_number = from->type == X86_OP_IMM;

	if (at->id == X86_INS_SUB && is_number)
		walk->now += from->imm;
	else if (at->id == X86_INS_ADD && is_number)
		walk->now -= from->imm;
	else if (at->id == X86_INS_AND && is_number && from->imm < 0)
		walk->now += ~from->imm;	/* at most, to align it */
	else if (at->id == X86_INS_LEA && register_of(from->mem.base) == REGISTER_SP &&
		 from->mem.index == X86_REG_INVALID)
		walk->now -= from->mem.disp;
	else if (at->id == X86_INS_LEA && register_of(from->mem.base) == REGISTER_BP &&
		 from->mem.index == X86_REG_INVALID)
		walk->now = walk->frame_pointer - from->mem.disp;
	else if (at->id == X86_INS_MOV && is_register(from, REGISTER_BP))
		walk->now = walk->frame_pointer;
	else if ((at->id == X86_INS_MOV && is_number) ||
		 (at->id == X86_INS_LEA && from->mem.base == X86_REG_RIP))
		walk->now = 0;	/* another stack, from its end */
	else
		return false;
	return true;
}

static void
follow_stack(struct walk *walk, const cs_insn *at)
{
	const cs_x86 *x86 = &at->detail->x86;
	const cs_x86_op *to = &x86->operands[0], *from = &x86->operands[1];

	if (at->id == X86_INS_PUSH || at->id == X86_INS_PUSHFQ) {
		walk->now += ADDRESS_BYTES;
	} else if (at->id == X86_INS_POP || at->id == X86_INS_POPFQ) {
		walk->now -= ADDRESS_BYTES;
	} else if (at->id == X86_INS_LEAVE) {
		walk->now = walk->frame_pointer - ADDRESS_BYTES;
	} else if (at->id == X86_INS_MOV && is_register(to, REGISTER_BP) &&
		   is_register(from, REGISTER_SP)) {
		walk->frame_pointer = walk->now;
	} else if (at->id == X86_INS_ENTER ||
		   (writes_stack_pointer(x86) && !move_stack(walk, at))) {
		walk->code->is_unbounded[walk->index] = true;
	}
	if (walk->now < 0)
		walk->now = 0;
	if (walk->now > STACK_BYTES_MAX) {
		walk->now = STACK_BYTES_MAX;
		walk->code->is_unbounded[walk->index] = true;
	}
	if (walk->now > deepest(walk))
		walk->code->frame_bytes[walk->index] = (unsigned)walk->now;
}

static void
step(struct walk *walk, const cs_insn *at)
{
	size_t offset = (size_t)(at->address - walk->node->address);
	bool is_call = cs_insn_group(walk->engine, at, X86_GRP_CALL);
	bool is_jump = cs_insn_group(walk->engine, at, X86_GRP_JUMP);

	if (walk->targets[offset] != NULL) {
		arrive(walk, walk->targets[offset]);
	} else if (walk->is_cut_off) {
		registers_forget(&walk->registers);
		walk->now = deepest(walk);
		walk->is_cut_off = false;
	}
	find_privileged(walk, at);
	find_pointers(walk, at, is_call || is_jump);
	find_stored_register(walk, at);
	follow_stack(walk, at);
	if (is_call || is_jump)
		follow_transfer(walk, at, is_call);
	registers_follow(&walk->registers, walk->engine, at);
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
		registers_forget(&walk->registers);
	}
	return false;
}

/* Jumps back, which are met only after what they lead to, and what is come to
 * from elsewhere, or by a table. */
static void
find_back_jumps(struct walk *walk, cs_insn *one)
{
	const struct code *code = walk->code;
	uint64_t address = walk->node->address, to;
	size_t i = first_label(code, address);

	for (; i < code->labels.count && is_inside(walk, code->labels.at[i]);
	     i++)
		target_at(walk, code->labels.at[i])->is_back = true;
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

/* Is a place come to with a deeper stack than it was walked with? */
static bool
is_deeper(const struct walk *walk)
{
	size_t i;

	for (i = 0; i < walk->node->size; i++)
		if (walk->targets[i] != NULL && walk->targets[i]->is_reached &&
		    walk->targets[i]->depth > walk->targets[i]->walked)
			return true;
	return false;
}

/* Again as long as jumps back bring a deeper stack, which a loop that pushes
 * does without end. */
static void
walk_node(struct code *code, csh engine, size_t index, const uint8_t *bytes)
{
	const struct audit_node *node = &code->audit->nodes.at[index];
	cs_insn *one = cs_malloc(engine);
	struct walk walk = {
		.code = code, .node = node, .index = index, .bytes = bytes,
		.engine = engine,
		.registers.code = code,
		.is_assembly = is_assembly(code->audit, node),
		.targets = arena_alloc((size_t)node->size,
				       sizeof *walk.targets),
	};
	size_t facts = code->facts.count, calls = code->calls.count, pass = 0;

	find_back_jumps(&walk, one);
	do {
		uint64_t address = node->address;

		code->facts.count = facts;
		code->calls.count = calls;
		walk.now = walk.frame_pointer = 0;
		walk.is_cut_off = false;
		registers_forget(&walk.registers);
		while (next_instruction(&walk, &address, one))
			step(&walk, one);
	} while (is_deeper(&walk) && ++pass < PASSES_MAX);
	if (pass == PASSES_MAX)
		code->is_unbounded[index] = true;
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

static int
address_order(const void *a, const void *b)
{
	const uint64_t *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

/* A field of four bytes that is relative counts from its end. */
static uint64_t
target_address(const struct audit *audit,
	       const struct linked_relocation *relocation)
{
	bool is_absolute = relocation->type == R_X86_64_64 ||
			   relocation->type == R_X86_64_32 ||
			   relocation->type == R_X86_64_32S;

	return audit->linked.symbols[relocation->symbol].address +
	       (uint64_t)relocation->addend + (is_absolute ? 0 : 4);
}

/* Addresses of code that lie in data: in tables, and where they can change; and
 * those inside functions. */
static void
find_stored(struct code *code)
{
	const struct audit *audit = code->audit;
	size_t i, from, to;

	for (i = 0; i < audit->linked.relocations.count; i++) {
		const struct linked_relocation *relocation =
			&audit->linked.relocations.at[i];
		uint64_t address = target_address(audit, relocation);

		from = audit_node_at(audit, relocation->at);
		to = audit_relocation_target(audit, relocation);
		if (from == AUDIT_NONE || to == AUDIT_NONE ||
		    audit->nodes.at[to].kind != AUDIT_CODE)
			continue;
		if (address != audit->nodes.at[to].address)
			*list_add(&code->labels) = address;
		if (audit->nodes.at[from].kind == AUDIT_CODE ||
		    audit->nodes.at[from].kind == AUDIT_TABLE ||
		    audit->nodes.at[from].kind == AUDIT_NOTE)
			continue;
		code->is_pointed_to[to] = code->is_pointing[from] = true;
		if (audit->nodes.at[from].kind == AUDIT_DATA)
			*list_add(&code->facts) = (struct code_fact){
				.kind = CODE_POINTER_STORED,
				.address = relocation->at,
				.node = from,
				.target = to,
			};
	}
	if (code->labels.count != 0)
		qsort(code->labels.at, code->labels.count,
		      sizeof *code->labels.at, address_order);
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
		.is_unbounded = arena_alloc(audit->nodes.count + 1,
					    sizeof *code->is_unbounded),
		.is_pointed_to = arena_alloc(audit->nodes.count + 1,
					     sizeof *code->is_pointed_to),
		.is_pointing = arena_alloc(audit->nodes.count + 1,
					   sizeof *code->is_pointing),
	};
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &engine) != CS_ERR_OK)
		return false;
	cs_option(engine, CS_OPT_DETAIL, CS_OPT_ON);
	find_stored(code);
	for (i = 0; i < audit->nodes.count; i++) {
		struct bytes bytes = audit_bytes_of(audit,
						    &audit->nodes.at[i]);

		if (audit->nodes.at[i].kind == AUDIT_CODE &&
		    bytes.size == audit->nodes.at[i].size)
			walk_node(code, engine, i, bytes.at);
	}
	cs_close(&engine);
	if (code->facts.count != 0)
		qsort(code->facts.at, code->facts.count,
		      sizeof *code->facts.at, fact_order);
	code_find_stacks(code);
	return true;
}
