/* SPDX-License-Identifier: ISC */
/* What differs between two images. */
#ifndef UNICC_DIFF_IMAGE_H
#define UNICC_DIFF_IMAGE_H

#include "diff_sealed.h"

/*
 * Print what differs between two images, as text or JSON: sums by module, then
 * functions, tables and texts, the largest first, and as text what
 * the sealed values are. Two that hold the same bytes give nothing, as JSON an
 * empty list.
 */
void diff_print(const struct audit *before, const struct audit *after,
		const struct sealed_changes *sealed, bool is_json);

#endif
