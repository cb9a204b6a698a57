/* SPDX-License-Identifier: ISC */
/* Where two builds of one image differ, in words. */
#ifndef UNICC_COMPARE_H
#define UNICC_COMPARE_H

#include "base.h"

struct difference {
	const char *part;	/* "text", ".debug_line", "sources"; NULL */
	const char *text;	/* where it begins, and what stands there */
};

/*
 * Compare two forms of the output of this name; false: they are the same.
 * debug is the second build's NAME.debug, whose symbols name functions.
 * Either form may be anybody's.
 */
bool compare_output(const char *name, struct bytes first, struct bytes second,
		    struct bytes debug, struct difference *difference);

#endif
