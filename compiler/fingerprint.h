/* SPDX-License-Identifier: ISC */
/*
 * An image's fingerprint: a tree of SHA-256.
 *
 *     instance root
 *       code root
 *         values      options; the frozen values as C, each instance's
 *                     wires, content
 *         sources     each file the compiler read: its label and its tokens
 *         toolchain   compiler and linker, their versions and flags
 *         linked      each kind of segment (elf_image.h) as the linker left
 *                     it, its slots empty
 *       sealed        the bytes of the image's sealed slots (slot.h), secrets
 *                     left out
 *
 * Each other leaf is the hash of sorted lines of text; each root is the hash of a
 * line "unicc KIND N" and a line "NAME HEX" for each of its parts. Nothing in
 * it depends on order, comments or line numbers of the configuration, on
 * the place or time of the build, or on spacing and comments of C, unless the C
 * itself does (#x, __LINE__): then what was linked does.
 */
#ifndef UNICC_FINGERPRINT_H
#define UNICC_FINGERPRINT_H

#include "unicc.h"

struct tree {
	uint8_t values[32], sources[32], toolchain[32], linked[32];
	const char *image_name;	/* the configuration's word for it */
	/* The lines behind the hashes. */
	const char *values_text, *sources_text, *toolchain_text;
	/* What sources is made of, sorted by label. */
	struct read_file **reads;
	size_t reads_count;
};

#endif
