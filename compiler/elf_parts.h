/* SPDX-License-Identifier: ISC */
/*
 * The parts of a packed image: every byte of its file in exactly one.
 *
 *     header | text | padding | note Xen 18 | note unicc 1 | ... | data
 *
 * They are recorded in the manifest, so that a changed byte can be named
 * without believing a header that may itself be changed.
 */
#ifndef UNICC_ELF_PARTS_H
#define UNICC_ELF_PARTS_H

#include "elf_image.h"

struct elf_part {
	const char *name;	/* "header", "text", "note unicc 1", "padding" */
	size_t offset, bytes;
};

struct elf_parts {
	struct elf_part *at;
	size_t count, room;
};

/* The name of the part that no hash covers (slot.h). */
extern const char elf_part_secrets[];

/* "text", "constants" or "data". */
const char *elf_segment_name(const struct elf_segment *segment);

/* Cut up a file that elf_read took and elf_pack has written; by offset. */
struct elf_parts elf_parts(struct bytes file, const struct elf_image *image);

#endif
