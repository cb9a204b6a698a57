/* SPDX-License-Identifier: ISC */
/* What a manifest says of an image's bytes: see manifest_image.c. */
#ifndef UNICC_MANIFEST_IMAGE_H
#define UNICC_MANIFEST_IMAGE_H

#include <cjson/cJSON.h>

#include "package.h"
#include "slot.h"

/* Set the instance root and the sealed leaf in the field fingerprint, and the
 * fields segments, parts and sealed. */
void manifest_put_image(cJSON *whole, struct bytes file,
			const struct slots *slots);

/* Set the field files. */
void manifest_put_files(cJSON *whole, const struct output *outputs,
			size_t count);

/* Set name, bytes and sha256 of a row of files; of audit.json its name and its
 * hash without lines (audit_lines.h). */
void manifest_put_file(cJSON *row, const struct output *output);

/* Set the name of a row, or of the whole. */
void manifest_put_name(cJSON *row, const char *name);

#endif
