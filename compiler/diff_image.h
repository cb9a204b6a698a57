/* SPDX-License-Identifier: ISC */
/* What differs between two images. */
#ifndef UNICC_DIFF_IMAGE_H
#define UNICC_DIFF_IMAGE_H

#include "diff_sealed.h"

/*
 * Print what differs between two images, which are called so, as text or JSON:
 * sums by module, then functions, tables and texts, the largest first, and what
 * the sealed values are. As text, two that hold the same bytes give nothing.
 * True if anything has another size.
 */
bool diff_print(const struct audit *before, const char *before_name,
		const struct audit *after, const char *after_name,
		const struct sealed_changes *sealed, bool is_json);

#endif
