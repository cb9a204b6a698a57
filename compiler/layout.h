/* SPDX-License-Identifier: ISC */
/*
 * Where functions and objects lie: in the linker's own order, or in one that a
 * seed decides, so that what is known of one image's addresses is of no use
 * with another's (image { layout = "unique", layout_seed = ... }).
 *
 * Only the order within text, constants, data and .bss changes: pages, their
 * permissions, the entry, the vectors of exceptions and the stacks lie where
 * the platform's layout puts them.
 */
#ifndef UNICC_LAYOUT_H
#define UNICC_LAYOUT_H

#include "unicc.h"

enum { LAYOUT_FLAGS = 4 };

/* What a seed may be. */
extern const struct setting layout_seed;

/* The seed of a machine that was given none, by the configuration's and the
 * machine's name: SHA-256 of "SEED/NAME". */
const char *layout_seed_of(const char *seed, const char *name);

/* The linker's flags for an image's layout; how many are set. */
size_t layout_flags(const struct image *image,
		    const char *flags[LAYOUT_FLAGS]);

/* The order of what its objects define, a name a line, as the linker takes it
 * besides those flags. The image has a seed. */
struct bytes layout_order(const struct build *build);

#endif
