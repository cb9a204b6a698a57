/* SPDX-License-Identifier: ISC */
/* What differs between two images. */
#ifndef UNICC_DIFF_IMAGE_H
#define UNICC_DIFF_IMAGE_H

#include "diff_code.h"
#include "diff_sealed.h"

/* What is told of two images besides their things. */
struct diff_besides {
	struct sealed_changes sealed;
	struct diff_code code;	/* no functions: nothing is told of it */
};

/*
 * Print what differs between two images, which are called so, as text or JSON:
 * sums by module, then functions, tables and texts, the largest first, what the
 * sealed values are, and how much of the code lies at the same address. As text, two that hold the same bytes give nothing.
 * True if anything has another size.
 */
bool diff_print(const struct audit *before, const char *before_name,
		const struct audit *after, const char *after_name,
		const struct diff_besides *besides, bool is_json);

#endif
