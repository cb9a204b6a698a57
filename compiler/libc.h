/* SPDX-License-Identifier: ISC */
/*
 * The C library of an image: musl's sources, of which only the files that
 * define what other objects want become units.
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
 * Begin to choose the files of one image. The package is unpacked and its
 * index read. Arena; NULL after diag().
 */
struct libc *libc_open(const struct catalogue *catalogue);

/*
 * Append to build->units, in any order, the files that define what the units
 * from first on want and no unit so far gives. Each of these must have its
 * object. Nothing is appended when nothing more is wanted; what is neither
 * given nor in the library is left to the linker.
 */
void libc_choose(struct libc *libc, struct build *build, size_t first);

/* Sort the units from first on, so that their order does not tell in which
 * round each was chosen. */
void libc_sort(struct build *build, size_t first);

#endif
