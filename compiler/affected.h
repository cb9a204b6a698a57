/* SPDX-License-Identifier: ISC */
/* Finding a function's definition in the text of a C file. */
#ifndef UNICC_AFFECTED_H
#define UNICC_AFFECTED_H

#include "base.h"

/*
 * Does a C file, which may be anybody's, define a function of this name?
 * *condition is what its enclosing #ifs say, "A && B", or "".
 */
bool affected_find(struct bytes text, const char *name,
		   const char **condition);

#endif
