/* SPDX-License-Identifier: ISC */
/*
 * The functions that an image was linked from, by its NAME.debug: those with
 * code of their own; those that were inlined, of which all code may be that of
 * what they call; those whose code was the same as another's and folded with
 * it; and those that were compiled and are not in the image.
 */
#ifndef UNICC_LINKED_FUNCTIONS_H
#define UNICC_LINKED_FUNCTIONS_H

#include "base.h"

struct linked_function {
	const char *label;	/* of the file that defines it */
	const char *name;
	bool is_kept;		/* in the image */
};

struct linked_functions {
	LIST(struct linked_function) list;	/* in no order, not once each */
};

/* A stranger's bytes are tried first (trial.h): libdw is not made for them. */
void linked_functions_read(struct bytes debug,
			   struct linked_functions *functions);

#endif
