/* SPDX-License-Identifier: ISC */
/*
 * Which file of the C library defines which names and uses which.
 *
 * Names are found by reading tokens, not by compiling: a name too many costs
 * one object that the linker drops again; a name missed would be an undefined
 * symbol, so what is doubtful counts as used.
 */
#ifndef UNICC_LIBC_INDEX_H
#define UNICC_LIBC_INDEX_H

#include "unicc.h"

struct libc_file {
	const char *path;	/* that can be opened */
	const char *label;
	LIST(size_t) uses;	/* indices into names */
	bool is_ours;		/* not one of musl's */
	bool is_wanted;		/* the caller's mark */
};

struct libc_name {
	const char *text;
	size_t size;
	uint32_t hash;
	size_t file;
};

struct libc_index {
	LIST(struct libc_file) files;
	LIST(struct libc_name) names;
	uint32_t *slots;	/* open addressing: index of a name, plus 1 */
	size_t slots_count;	/* a power of two */
};

/*
 * The index of the catalogue's module libc, whose sources stand in for files of
 * its package; folder is where the package lies. What is read from the package
 * is kept in the cache. NULL after diag().
 */
struct libc_index *libc_index_read(const struct module *module,
				   const char *folder, const char *kept);

/* The name, or NULL. */
const struct libc_name *libc_index_find(const struct libc_index *index,
					const char *text, size_t size);

/*
 * A reader of what C text mentions: names that may be called and headers that
 * are included. Comments, literals and members (after "." and "->") are passed
 * over. Assembly is read the same way.
 */
struct mentions {
	const char *at, *end;
	char before;		/* the last character that was not blank */
	char before_that;
};
enum mention { MENTION_END, MENTION_NAME, MENTION_QUOTED, MENTION_ANGLED };
enum mention mentions_next(struct mentions *mentions, const char **text,
			   size_t *size);

#endif
