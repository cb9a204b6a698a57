/* SPDX-License-Identifier: ISC */
/*
 * The manifest beside an image, and the files that it vouches for: whoever reads
 * an account of an image first asks here whether it is that image's.
 */
#ifndef UNICC_BESIDE_H
#define UNICC_BESIDE_H

#include "elf_image.h"
#include "manifest_root.h"

/*
 * Open the manifest beside the image of this path, whose bytes elf_read took
 * into image. It holds, the image's bytes are those its identity note was made
 * for, and the note has the manifest's roots; else false after diag() (E0608,
 * E0902).
 */
bool beside_manifest(const char *image_path, struct bytes file,
		     const struct elf_image *image, struct manifest *manifest);

/*
 * Read the file of this path, of which the manifest has a row whose name has
 * this ending: ".debug", or audit_file. False after diag(E0902) if it cannot be
 * read or is another.
 */
bool beside_read(const struct manifest *manifest, const char *ending,
		 const char *path, struct bytes *bytes);

#endif
