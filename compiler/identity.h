/* SPDX-License-Identifier: ISC */
/*
 * The identity that an image carries: what a build writes and `unicc seal`
 * writes anew, from the image's own bytes.
 */
#ifndef UNICC_IDENTITY_H
#define UNICC_IDENTITY_H

#include "elf_image.h"

/* A line of the sources' leaf: a file's tokens, as 64 digits, and its label. */
void identity_add_source(struct buffer *lines, const char *tokens,
			 const char *label);

/* The leaf of what was linked: the leaves of an image, or of its linked file,
 * that elf_read took, with its slots empty. */
void identity_linked(struct bytes file, const struct elf_image *image,
		     uint8_t linked[ELF_HASH_BYTES]);

/* The code root over these leaves, each as 64 digits. */
struct identity_leaves {
	const char *values, *sources, *toolchain, *linked;
};

void identity_code_root(const struct identity_leaves *leaves,
			uint8_t code_root[ELF_HASH_BYTES]);

/* The instance root over a code root and the hash of the sealed slots. */
void identity_instance_root(const uint8_t code_root[ELF_HASH_BYTES],
			    const uint8_t sealed[ELF_HASH_BYTES],
			    uint8_t instance_root[ELF_HASH_BYTES]);

/*
 * Write the identity note of a file that elf_read took into image, with this
 * code root; *identity is what it says then. Slots are filled before.
 */
void identity_write(uint8_t *file, size_t size, const struct elf_image *image,
		    const uint8_t code_root[ELF_HASH_BYTES],
		    struct elf_identity *identity);

/* Does the file have the leaves and the instance root that its note says? NULL,
 * or the name of the first part that differs. */
const char *identity_differs(struct bytes file, const struct elf_image *image);

#endif
