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

/* Nobody calls what these sections point to, and there is one thread. */
static const char *
refused_section(const GElf_Shdr *header, const char *name)
{
	if (header->sh_type == SHT_INIT_ARRAY ||
	    header->sh_type == SHT_FINI_ARRAY ||
	    header->sh_type == SHT_PREINIT_ARRAY ||
	    text_starts(name, ".ctors") || text_starts(name, ".dtors"))
		return "it has a constructor or a destructor, which an image "
		       "never calls";
	if (header->sh_flags & SHF_TLS)
		return "it has a thread-local variable, and an image has one "
		       "thread";
	return NULL;
}

/* The object, mapped; NULL: it is none. */
static Elf *
open_object(const char *path, int *file)
{
	Elf *elf;

	*file = open(path, O_RDONLY | O_CLOEXEC);
	if (*file < 0)
		return NULL;
	elf_version(EV_CURRENT);
	elf = elf_begin(*file, ELF_C_READ_MMAP, NULL);
	if (elf == NULL)
		close(*file);
	return elf;
}

void
object_names(const char *path, struct object_names *names)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	Elf *elf;
	int file;

	*names = (struct object_names){ 0 };
	elf = open_object(path, &file);
	if (elf == NULL)
		return;
	while ((section = elf_nextscn(elf, section)) != NULL)
		if (gelf_getshdr(section, &header) != NULL &&
		    header.sh_type == SHT_SYMTAB)
			take_table(names, elf, section, &header);
	elf_end(elf);
	close(file);
}

const char *
object_refused(const char *path)
{
	Elf_Scn *section = NULL;
	const char *refused = NULL, *name;
	GElf_Shdr header;
	size_t names;
	Elf *elf;
	int file;

	elf = open_object(path, &file);
	if (elf == NULL)
		return NULL;
	if (elf_getshdrstrndx(elf, &names) != 0)
		names = 0;
	while (refused == NULL &&
	       (section = elf_nextscn(elf, section)) != NULL) {
		if (gelf_getshdr(section, &header) == NULL)
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		refused = refused_section(&header, name == NULL ? "" : name);
	}
	elf_end(elf);
	close(file);
	return refused;
}
