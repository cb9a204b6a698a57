/* SPDX-License-Identifier: ISC */
/*
 * The C library of an image: musl's sources, of which only the files whose
 * functions are named by other sources become units.
 */
#ifndef UNICC_LIBC_H
#define UNICC_LIBC_H

#include "unicc.h"

/*
 * The folders of the C headers of images, in order, each for -isystem; they
 * follow every other folder. Built in the cache once for each pinned musl.
 * Arena; *folders_count is set. NULL after diag().
 */
const char **libc_includes(const struct catalogue *catalogue,
			   size_t *folders_count);

/*
 * Append to build->units what the units already there need of the C library,
 * and what that needs in turn, sorted by name. A unit's flags hold all the
 * folders and macros that musl's own files want. memcpy, memmove, memset and
 * memcmp are always there and are native objects (-fno-lto), because the
 * compiler calls them by itself after link-time optimisation has looked.
 */
void libc_units(struct build *build);

#endif
