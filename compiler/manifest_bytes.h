/* SPDX-License-Identifier: ISC */
/* What a manifest says of an image's bytes: see manifest_bytes.c. */
#ifndef UNICC_MANIFEST_BYTES_H
#define UNICC_MANIFEST_BYTES_H

#include <cjson/cJSON.h>

#include "elf_image.h"

/* Set the instance root and the sealed leaf in the field fingerprint, and the
 * fields segments and parts, of a file that elf_read took into image. */
void manifest_put_bytes(cJSON *whole, struct bytes file,
			const struct elf_image *image);

/* Add a field, or replace it where it stands; what was put. */
cJSON *manifest_put(cJSON *whole, const char *name, cJSON *value);

/* The same of a hash. */
void manifest_put_hash(cJSON *object, const char *name,
		       const uint8_t hash[32]);

/* An empty object at the end of an array. */
cJSON *manifest_add_row(cJSON *array);

#endif
