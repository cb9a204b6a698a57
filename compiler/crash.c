/* SPDX-License-Identifier: ISC */
/*
 * From an address in a running image to a line of source, by NAME.debug.
 *
 * A return address lies after its call and may be the next function's first:
 * the byte before it is looked up if a near call (E8, Intel SDM 2A) ends
 * there.
 */
#include <elfutils/libdw.h>
#include <stdio.h>
#include <string.h>

#include "elf_image.h"
#include "package.h"

enum { CALL_BYTES = 5, CALL_OPCODE = 0xe8 };

static uint64_t
inside_call(struct bytes debug, uint64_t address)
{
	struct elf_image image;
	size_t i;

	if (elf_read(debug, &image) != NULL)
		return address;
	for (i = 0; i < image.segments_count; i++) {
		const struct elf_segment *segment = &image.segments[i];
		uint64_t into = address - segment->address;

		if (segment->is_executable && address > segment->address &&
		    into >= CALL_BYTES && into <= segment->bytes.size &&
		    segment->bytes.at[into - CALL_BYTES] == CALL_OPCODE)
			return address - 1;
	}
	return address;
}

static const char *
function_at(struct bytes debug, uint64_t address)
{
	struct elf_symbol *symbols;
	const char *name = NULL;
	size_t count, i;

	elf_symbols(debug, &symbols, &count);
	for (i = 0; i < count && symbols[i].address <= address; i++)
		if (symbols[i].is_function &&
		    (symbols[i].size == 0 ||
		     address - symbols[i].address < symbols[i].size))
			name = symbols[i].name;
	return name;
}

static const char *
line_in(Dwarf *dwarf, uint64_t address)
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
		return arena_printf("%s:%d", file, number);
	}
	return NULL;
}

static const char *
line_at(struct bytes debug, uint64_t address)
{
	const char *line = NULL;
	Dwarf *dwarf;
	Elf *elf;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return NULL;
	/* libelf only reads; its type is older than const. */
	elf = elf_memory((char *)(uintptr_t)debug.at, debug.size);
	dwarf = elf == NULL ? NULL : dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (dwarf != NULL)
		line = line_in(dwarf, address);
	dwarf_end(dwarf);
	elf_end(elf);
	return line;
}

const char *
crash_place(struct bytes debug, uint64_t address)
{
	uint64_t inside = inside_call(debug, address);
	const char *function = function_at(debug, inside);
	const char *line = line_at(debug, inside);

	if (function == NULL && line == NULL)
		return NULL;
	if (function == NULL || line == NULL)
		return function == NULL ? line : function;
	return arena_printf("%s, %s", function, line);
}
