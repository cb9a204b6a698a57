/* SPDX-License-Identifier: ISC */
/*
 * gadgets A.elf B.elf: how many gadgets of A's code lie at the same address in
 * B. A gadget is at most five instructions that end with a return or with a
 * jump or call by a register.
 *
 * Prints "GADGETS SAME". Built with compiler/elf.c, base.c; -lcapstone -lelf
 * -lnettle.
 */
#include <capstone/capstone.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf_image.h"

enum { INSTRUCTIONS_MAX = 5, BYTES_MAX = 20 };

static struct bytes
read_whole(const char *path)
{
	FILE *file = fopen(path, "rb");
	uint8_t *at = malloc(1 << 20);
	size_t size = file == NULL ? 0 : fread(at, 1, 1 << 20, file);

	if (size == 0) {
		perror(path);
		exit(1);
	}
	fclose(file);
	return (struct bytes){ at, size };
}

static struct elf_segment
text_of(const char *path)
{
	struct elf_image image;
	size_t i;

	if (elf_read(read_whole(path), &image) == NULL)
		for (i = 0; i < image.segments_count; i++)
			if (image.segments[i].is_executable)
				return image.segments[i];
	fprintf(stderr, "%s is no image\n", path);
	exit(1);
}

static bool
ends_gadget(csh handle, const cs_insn *instruction)
{
	const cs_detail *detail = instruction->detail;

	if (cs_insn_group(handle, instruction, CS_GRP_RET))
		return true;
	return (cs_insn_group(handle, instruction, CS_GRP_JUMP) ||
		cs_insn_group(handle, instruction, CS_GRP_CALL)) &&
	       detail->x86.op_count == 1 &&
	       detail->x86.operands[0].type == X86_OP_REG;
}

/* The bytes of the gadget that begins here, or 0. */
static size_t
gadget_at(csh handle, const uint8_t *at, size_t left, cs_insn *instruction)
{
	const uint8_t *next = at;
	uint64_t address = 0;
	size_t size = left < BYTES_MAX ? left : BYTES_MAX, i;

	for (i = 0; i < INSTRUCTIONS_MAX; i++) {
		if (!cs_disasm_iter(handle, &next, &size, &address,
				    instruction))
			return 0;
		if (ends_gadget(handle, instruction))
			return (size_t)(next - at);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	struct elf_segment a, b;
	size_t gadgets = 0, same = 0, i, size;
	cs_insn *instruction;
	csh handle;

	if (argc != 3 || cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != 0)
		return 1;
	cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
	instruction = cs_malloc(handle);
	a = text_of(argv[1]);
	b = text_of(argv[2]);
	for (i = 0; i < a.bytes.size; i++) {
		size = gadget_at(handle, a.bytes.at + i, a.bytes.size - i,
				 instruction);
		gadgets += size != 0;
		same += size != 0 && a.address == b.address &&
			i + size <= b.bytes.size &&
			memcmp(a.bytes.at + i, b.bytes.at + i, size) == 0;
	}
	printf("%zu %zu\n", gadgets, same);
	return 0;
}
