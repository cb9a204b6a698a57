/* SPDX-License-Identifier: ISC */
/* What gauntlet.c and gauntlet_vary.c share. */
#ifndef UNICC_GAUNTLET_H
#define UNICC_GAUNTLET_H

#include "rebuild.h"

/* One build: where it lies and what stands before its command. */
struct place {
	const char *folder;	/* bundle and store lie in it */
	const char *seen;	/* the same as the build sees it */
	const char *out;
	struct words prefix;
	bool is_backwards;	/* unpacked from the last file to the first */
	bool is_absolute;	/* started elsewhere, by absolute paths */
	bool is_nobodys;	/* given to another user */
	const char *left_out;	/* of a variation that is several, or NULL */
};

/* The usual number of a user without rights, and of its group. */
#define GAUNTLET_NOBODY "65534"

/* More words before a build's command. NULL ends them. */
void gauntlet_prefix(struct place *place, const char *const *words);

struct variation {
	const char *name, *does;
	/* Vary the place before anything lies there. NULL, or why it cannot be
	 * made on this machine. */
	const char *(*vary)(struct place *place);
};

enum { GAUNTLET_VARIATIONS = 14 };
extern const struct variation gauntlet_variations[GAUNTLET_VARIATIONS];

#endif
