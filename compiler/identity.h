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

/* The code root over the leaves of values, sources and toolchain, each as 64
 * digits. */
void identity_code_root(const char *values, const char *sources,
			const char *toolchain,
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
