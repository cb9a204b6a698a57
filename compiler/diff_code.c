/* SPDX-License-Identifier: ISC */
/* Code at the same address in two images: see diff_code.h. */
#include "diff_code.h"

#include <capstone/capstone.h>
#include <string.h>

/* More bytes than any of a gadget's instructions has are none of its. */
enum { INSTRUCTIONS_MAX = 5, GADGET_BYTES_MAX = 20 };

static void
count_functions(const struct audit *before, const struct audit *after,
		struct diff_code *code)
{
	size_t i, at;

	for (i = 0; i < before->nodes.count; i++) {
		const struct audit_node *node = &before->nodes.at[i], *other;

		if (node->kind != AUDIT_CODE || !node->is_symbol)
			continue;
		code->functions++;
		at = audit_node_at(after, node->address);
		if (at == AUDIT_NONE)
			continue;
		other = &after->nodes.at[at];
		code->same_functions += other->address == node->address &&
					other->is_symbol &&
					text_equal(other->name, node->name);
	}
}

static bool
ends_gadget(csh handle, const cs_insn *instruction)
{
	const cs_x86 *x86 = &instruction->detail->x86;

	if (cs_insn_group(handle, instruction, CS_GRP_RET))
		return true;
	return (cs_insn_group(handle, instruction, CS_GRP_JUMP) ||
		cs_insn_group(handle, instruction, CS_GRP_CALL)) &&
	       x86->op_count == 1 && x86->operands[0].type == X86_OP_REG;
}

/* The bytes of the gadget that begins here, or 0. */
static size_t
gadget_at(csh handle, struct bytes bytes, cs_insn *instruction)
{
	const uint8_t *next = bytes.at;
	size_t left = bytes.size < GADGET_BYTES_MAX ? bytes.size
						    : GADGET_BYTES_MAX;
	uint64_t address = 0;
	int i;

	for (i = 0; i < INSTRUCTIONS_MAX; i++) {
		if (!cs_disasm_iter(handle, &next, &left, &address,
				    instruction))
			return 0;
		if (ends_gadget(handle, instruction))
			return (size_t)(next - bytes.at);
	}
	return 0;
}

/* Has the image these bytes as code at this address? */
static bool
has_code(const struct elf_image *image, uint64_t address, struct bytes bytes)
{
	size_t i;

	for (i = 0; i < image->segments_count; i++) {
		const struct elf_segment *segment = &image->segments[i];
		uint64_t inside = address - segment->address;

		if (segment->is_executable && address >= segment->address &&
		    inside <= segment->bytes.size &&
		    bytes.size <= segment->bytes.size - inside)
			return memcmp(segment->bytes.at + inside, bytes.at,
				      bytes.size) == 0;
	}
	return false;
}

static void
count_gadgets(csh handle, const struct elf_segment *segment,
	      const struct elf_image *after, struct diff_code *code)
{
	cs_insn *instruction = cs_malloc(handle);
	struct bytes rest = segment->bytes;

	for (; rest.size != 0; rest.at++, rest.size--) {
		struct bytes gadget = { rest.at, 0 };

		gadget.size = gadget_at(handle, rest, instruction);
		if (gadget.size == 0)
			continue;
		code->gadgets++;
		code->same_gadgets += has_code(
			after,
			segment->address + (segment->bytes.size - rest.size),
			gadget);
	}
	cs_free(instruction, 1);
}

bool
diff_code(const struct audit *before, const struct audit *after,
	  struct diff_code *code)
{
	csh handle;
	size_t i;

	*code = (struct diff_code){ 0 };
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != CS_ERR_OK)
		return false;
	cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
	count_functions(before, after, code);
	for (i = 0; i < before->image.segments_count; i++)
		if (before->image.segments[i].is_executable)
			count_gadgets(handle, &before->image.segments[i],
				      &after->image, code);
	cs_close(&handle);
	return true;
}
