/* SPDX-License-Identifier: ISC */
/*
 * A linked file as the linker left it (NAME.debug), or an object: its sections,
 * symbols and relocations. Read by hand, because the bytes may be anybody's: every
 * offset, count, index and name is checked before use.
 */
#ifndef UNICC_ELF_LINKED_H
#define UNICC_ELF_LINKED_H

#include "base.h"

struct linked_section {
	const char *name;
	uint64_t address, size;
	bool is_loaded, is_executable, is_writable;
	struct bytes bytes;	/* none of .bss */
};

struct linked_symbol {
	const char *name;	/* "" for that of a section */
	const char *file;	/* of a local one, its unit's: "www.c"; or "" */
	uint64_t address, size;
	size_t section;		/* index; 0: of none */
	bool is_function, is_object, is_global, is_section;
};

/* What a place in a loaded section refers to. */
struct linked_relocation {
	uint64_t at;		/* address of the place; in an object, its
				 * offset in the section */
	uint32_t section;	/* index: that of the place */
	uint32_t symbol;	/* index */
	unsigned type;		/* R_X86_64_... */
	int64_t addend;
};

struct linked {
	struct linked_section *sections;	/* as numbered in the file */
	size_t sections_count;
	struct linked_symbol *symbols;		/* the same */
	size_t symbols_count;
	LIST(struct linked_relocation) relocations;	/* by address */
};

/*
 * Read a linked file. file is borrowed and the result points into it. NULL, or
 * what keeps the file from being one; any bytes may be given.
 */
const char *linked_read(struct bytes file, struct linked *linked);

/* The section by this name, or NULL. */
const struct linked_section *linked_section(const struct linked *linked,
					    const char *name);

#endif
