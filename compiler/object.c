/* SPDX-License-Identifier: ISC */
/* Names of objects, read through libelf from a mapped file. */
#include "object.h"

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

static void
take_symbol(struct object_names *names, const char *name,
	    const GElf_Sym *symbol)
{
	bool is_weak = GELF_ST_BIND(symbol->st_info) == STB_WEAK;
	bool is_local = GELF_ST_BIND(symbol->st_info) == STB_LOCAL;
	int type = GELF_ST_TYPE(symbol->st_info);

	if (name == NULL || name[0] == '\0')
		return;
	if (symbol->st_shndx != SHN_UNDEF &&
	    (type == STT_FUNC || type == STT_OBJECT))
		*list_add(&names->own) = arena_copy(name);
	if (is_local)
		return;
	if (symbol->st_shndx != SHN_UNDEF)
		*list_add(&names->given) = arena_copy(name);
	else if (!is_weak)
		*list_add(&names->wanted) = arena_copy(name);
}

static void
take_table(struct object_names *names, Elf *elf, Elf_Scn *section,
	   const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	GElf_Sym symbol;
	int i;

	for (i = 0; data != NULL && gelf_getsym(data, i, &symbol) != NULL; i++)
		take_symbol(names, elf_strptr(elf, header->sh_link,
					      symbol.st_name), &symbol);
}

void
object_names(const char *path, struct object_names *names)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	Elf *elf;

	*names = (struct object_names){ 0 };
	if (file < 0)
		return;
	elf_version(EV_CURRENT);
	elf = elf_begin(file, ELF_C_READ_MMAP, NULL);
	while ((section = elf_nextscn(elf, section)) != NULL)
		if (gelf_getshdr(section, &header) != NULL &&
		    header.sh_type == SHT_SYMTAB)
			take_table(names, elf, section, &header);
	elf_end(elf);
	close(file);
}
