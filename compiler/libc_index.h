/* SPDX-License-Identifier: ISC */
/*
 * Which file of the C library defines which name.
 *
 * Definitions are found by reading tokens, not by compiling. A name too many
 * does no harm, because only names that objects want are looked up; a name
 * missed is an undefined symbol, which the linker reports.
 */
#ifndef UNICC_LIBC_INDEX_H
#define UNICC_LIBC_INDEX_H

#include "unicc.h"

struct libc_file {
	const char *path;	/* that can be opened */
	const char *label;
	bool is_ours;		/* not one of musl's */
	bool is_chosen;		/* the caller's mark */
};

struct libc_name {
	const char *text;
	size_t file;		/* of files, below */
};

struct libc_index {
	LIST(struct libc_file) files;
	LIST(struct libc_name) names;	/* sorted, each once */
};

/*
 * The index of a module whose sources stand in for files of its package, which
 * lies in folder. It is kept in the folder kept, one for each set of files it
 * was made from. NULL after diag().
 */
struct libc_index *libc_index_read(const struct module *module,
				   const char *folder, const char *kept);

/* The file that defines a name; NULL if none does. */
struct libc_file *libc_index_find(const struct libc_index *index,
				  const char *name);

#endif
