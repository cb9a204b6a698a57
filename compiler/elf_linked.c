/* SPDX-License-Identifier: ISC */
/* Linked files: see elf_linked.h. What a field means: System V ABI, 4. */
#include "elf_linked.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

static const char cut_short[] = "it is cut short";

static bool
is_inside(struct bytes file, uint64_t offset, uint64_t size)
{
	return offset <= file.size && size <= file.size - offset;
}

/* A text of a string table; NULL if it does not end inside, or not soon: many
 * may begin in one that never does. */
static const char *
text_at(struct bytes table, uint64_t offset)
{
	enum { NAME_BYTES_MAX = 4096 };
	size_t left;

	if (offset >= table.size)
		return NULL;
	left = table.size - offset;
	if (memchr(table.at + offset, '\0',
		   left < NAME_BYTES_MAX ? left : NAME_BYTES_MAX) == NULL)
		return NULL;
	return (const char *)table.at + offset;
}

/* ---- Sections -------------------------------------------------------------- */

static bool
read_section(struct bytes file, const Elf64_Shdr *header,
	     struct linked_section *section)
{
	section->address = header->sh_addr;
	section->size = header->sh_size;
	section->is_loaded = (header->sh_flags & SHF_ALLOC) != 0;
	section->is_executable = (header->sh_flags & SHF_EXECINSTR) != 0;
	section->is_writable = (header->sh_flags & SHF_WRITE) != 0;
	if (header->sh_addr > UINT64_MAX - header->sh_size)
		return false;
	if (header->sh_type == SHT_NOBITS || header->sh_type == SHT_NULL)
		return true;
	if (!is_inside(file, header->sh_offset, header->sh_size))
		return false;
	section->bytes = (struct bytes){ file.at + header->sh_offset,
					 (size_t)header->sh_size };
	return true;
}

static const char *
read_sections(struct bytes file, struct linked *linked, Elf64_Shdr **headers)
{
	Elf64_Ehdr header;
	struct bytes names;
	size_t count, i;

	if (file.size < sizeof header || memcmp(file.at, ELFMAG, SELFMAG) != 0)
		return "it is no ELF file";
	memcpy(&header, file.at, sizeof header);
	count = header.e_shnum;
	if (header.e_ident[EI_CLASS] != ELFCLASS64 ||
	    header.e_ident[EI_DATA] != ELFDATA2LSB ||
	    header.e_machine != EM_X86_64)
		return "it is no x86-64 file";
	if (count == 0 || header.e_shentsize != sizeof **headers)
		return "it has no sections";
	if (!is_inside(file, header.e_shoff, count * sizeof **headers) ||
	    header.e_shstrndx >= count)
		return cut_short;
	*headers = arena_alloc(count, sizeof **headers);
	memcpy(*headers, file.at + header.e_shoff, count * sizeof **headers);
	linked->sections = arena_alloc(count, sizeof *linked->sections);
	linked->sections_count = count;
	for (i = 0; i < count; i++)
		if (!read_section(file, &(*headers)[i], &linked->sections[i]))
			return cut_short;
	names = linked->sections[header.e_shstrndx].bytes;
	for (i = 0; i < count; i++) {
		linked->sections[i].name = text_at(names,
						   (*headers)[i].sh_name);
		if (linked->sections[i].name == NULL)
			return "a section's name is not in it";
	}
	return NULL;
}

/* ---- Symbols --------------------------------------------------------------- */

static const char *
read_symbols(struct linked *linked, const Elf64_Shdr *headers, size_t table)
{
	struct bytes bytes = linked->sections[table].bytes, names;
	const char *file = "";
	Elf64_Sym symbol;
	size_t i;

	if (headers[table].sh_entsize != sizeof symbol ||
	    headers[table].sh_link >= linked->sections_count)
		return "its symbol table is damaged";
	names = linked->sections[headers[table].sh_link].bytes;
	linked->symbols_count = bytes.size / sizeof symbol;
	linked->symbols = arena_alloc(linked->symbols_count + 1,
				      sizeof *linked->symbols);
	for (i = 0; i < linked->symbols_count; i++) {
		struct linked_symbol *out = &linked->symbols[i];
		unsigned type;

		memcpy(&symbol, bytes.at + i * sizeof symbol, sizeof symbol);
		type = ELF64_ST_TYPE(symbol.st_info);
		out->name = text_at(names, symbol.st_name);
		if (out->name == NULL)
			return "a symbol's name is not in it";
		if (symbol.st_value > UINT64_MAX - symbol.st_size)
			return "a symbol's size is wrong";
		out->address = symbol.st_value;
		out->size = symbol.st_size;
		out->section = symbol.st_shndx < linked->sections_count
				       ? symbol.st_shndx
				       : 0;
		if (type == STT_FILE)
			file = out->name;
		out->is_function = type == STT_FUNC;
		out->is_object = type == STT_OBJECT;
		out->is_section = type == STT_SECTION;
		out->is_global = ELF64_ST_BIND(symbol.st_info) != STB_LOCAL;
		out->file = out->is_global ? "" : file;
	}
	return NULL;
}

/* ---- Relocations ------------------------------------------------------------ */

static const char *
read_relocations(struct linked *linked, const Elf64_Shdr *header,
		 struct bytes bytes)
{
	const struct linked_section *target;
	Elf64_Rela rela;
	size_t i;

	if (header->sh_info >= linked->sections_count)
		return "relocations of no section";
	target = &linked->sections[header->sh_info];
	if (!target->is_loaded)
		return NULL;
	for (i = 0; i + sizeof rela <= bytes.size; i += sizeof rela) {
		struct linked_relocation *out;

		memcpy(&rela, bytes.at + i, sizeof rela);
		if (ELF64_R_SYM(rela.r_info) >= linked->symbols_count)
			return "a relocation names no symbol";
		if (rela.r_offset < target->address ||
		    rela.r_offset - target->address >= target->size)
			return "a relocation lies outside its section";
		out = list_add(&linked->relocations);
		out->at = rela.r_offset;
		out->section = header->sh_info;
		out->symbol = (uint32_t)ELF64_R_SYM(rela.r_info);
		out->type = (unsigned)ELF64_R_TYPE(rela.r_info);
		out->addend = rela.r_addend;
	}
	return NULL;
}

static int
relocation_order(const void *a, const void *b)
{
	const struct linked_relocation *first = a, *second = b;

	if (first->at != second->at)
		return first->at < second->at ? -1 : 1;
	return (first->symbol > second->symbol) -
	       (first->symbol < second->symbol);
}

const char *
linked_read(struct bytes file, struct linked *linked)
{
	const char *wrong;
	Elf64_Shdr *headers = NULL;
	size_t i, bytes = 0;

	*linked = (struct linked){ 0 };
	wrong = read_sections(file, linked, &headers);
	for (i = 0; wrong == NULL && i < linked->sections_count; i++)
		if (headers[i].sh_type == SHT_SYMTAB && linked->symbols == NULL)
			wrong = read_symbols(linked, headers, i);
	for (i = 0; wrong == NULL && i < linked->sections_count; i++) {
		if (headers[i].sh_type != SHT_RELA)
			continue;
		bytes += linked->sections[i].bytes.size;
		wrong = bytes > file.size
				? "its relocations lie on each other"
				: read_relocations(linked, &headers[i],
						   linked->sections[i].bytes);
	}
	if (wrong == NULL && linked->symbols == NULL)
		wrong = "it has no symbols";
	if (linked->relocations.count != 0)
		qsort(linked->relocations.at, linked->relocations.count,
		      sizeof *linked->relocations.at, relocation_order);
	return wrong;
}

const struct linked_section *
linked_section(const struct linked *linked, const char *name)
{
	size_t i;

	for (i = 0; i < linked->sections_count; i++)
		if (text_equal(linked->sections[i].name, name))
			return &linked->sections[i];
	return NULL;
}
