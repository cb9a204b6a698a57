/* SPDX-License-Identifier: ISC */
/*
 * From an address in a running image to a line of source, by NAME.debug.
 *
 * A fault's address is that of its instruction. kernel_panic gives the address
 * it would return to, which may be the next function's first: if a near call
 * (E8 and 32 bits, Intel SDM 2A) of kernel_panic ends there, the call is meant.
 */
#include <elfutils/libdw.h>
#include <stdio.h>
#include <string.h>

#include "elf_image.h"
#include "package.h"

enum { CALL_BYTES = 5, CALL_OPCODE = 0xe8 };

/* The newest function that covers the address, or NULL. */
static const char *
function_at(const struct elf_symbol *symbols, size_t count, uint64_t address)
{
	const char *name = NULL;
	size_t i;

	for (i = 0; i < count && symbols[i].address <= address; i++)
		if (symbols[i].is_function &&
		    (symbols[i].size == 0 ||
		     address - symbols[i].address < symbols[i].size))
			name = symbols[i].name;
	return name;
}

/* The function that a near call ending at the address calls, or NULL. */
static const char *
called_before(struct bytes debug, const struct elf_symbol *symbols,
	      size_t count, uint64_t address)
{
	struct elf_image image;
	int32_t distance;
	size_t i;

	if (elf_read(debug, &image) != NULL)
		return NULL;
	for (i = 0; i < image.segments_count; i++) {
		const struct elf_segment *segment = &image.segments[i];
		uint64_t into = address - segment->address;
		const uint8_t *call;

		if (!segment->is_executable || address < segment->address ||
		    into < CALL_BYTES || into > segment->bytes.size)
			continue;
		call = segment->bytes.at + into - CALL_BYTES;
		memcpy(&distance, call + 1, sizeof distance);
		if (call[0] == CALL_OPCODE)
			return function_at(symbols, count,
					   address + (uint64_t)(int64_t)distance);
	}
	return NULL;
}

static bool
line_in(Dwarf *dwarf, uint64_t address, struct crash_place *place)
{
	Dwarf_Off offset = 0, next;
	const char *file;
	size_t header_bytes;
	Dwarf_Line *line;
	Dwarf_Die unit;
	int number;

	for (; dwarf_nextcu(dwarf, offset, &next, &header_bytes, NULL, NULL,
			    NULL) == 0; offset = next) {
		if (dwarf_offdie(dwarf, offset + header_bytes, &unit) == NULL)
			continue;
		line = dwarf_getsrc_die(&unit, address);
		if (line == NULL || dwarf_lineno(line, &number) != 0)
			continue;
		file = dwarf_linesrc(line, NULL, NULL);
		if (file == NULL)
			continue;
		if (text_starts(file, "unicc/"))
			file += strlen("unicc/");
		place->label = arena_copy(file);
		place->line = (unsigned)number;
		return true;
	}
	return false;
}

static bool
line_at(struct bytes debug, uint64_t address, struct crash_place *place)
{
	bool is_found = false;
	Dwarf *dwarf;
	Elf *elf;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return false;
	/* libelf only reads; its type is older than const. */
	elf = elf_memory((char *)(uintptr_t)debug.at, debug.size);
	dwarf = elf == NULL ? NULL : dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (dwarf != NULL)
		is_found = line_in(dwarf, address, place);
	dwarf_end(dwarf);
	elf_end(elf);
	return is_found;
}

bool
crash_find(struct bytes debug, uint64_t address, bool is_fault,
	   struct crash_place *place)
{
	struct elf_symbol *symbols;
	const char *called;
	size_t count;

	*place = (struct crash_place){ 0 };
	elf_symbols(debug, &symbols, &count);
	called = called_before(debug, symbols, count, address);
	if (!is_fault && called != NULL && text_equal(called, "kernel_panic"))
		address--;
	place->function = function_at(symbols, count, address);
	return line_at(debug, address, place) && place->function != NULL;
}
