/* SPDX-License-Identifier: ISC */
/*
 * The functions and objects that an image was linked from, by its NAME.debug:
 * those with bytes of their own; functions that were inlined, of which all code
 * may be that of what they call; those whose code was the same as another's and
 * folded with it; objects that are zero at the start; and functions that were
 * compiled and are not in the image.
 */
#ifndef UNICC_LINKED_NAMES_H
#define UNICC_LINKED_NAMES_H

#include "base.h"

struct linked_name {
	const char *label;	/* of the file that defines it */
	const char *name;
	bool is_object;
	bool is_kept;		/* in the image */
};

struct linked_names {
	LIST(struct linked_name) list;	/* in no order, not once each */
};

/* A stranger's bytes are tried first (trial.h): libdw is not made for them. */
void linked_names_read(struct bytes debug,
			   struct linked_names *functions);

#endif
