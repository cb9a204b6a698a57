/* SPDX-License-Identifier: ISC */
/* What link.c and link_said.c share. */
#ifndef UNICC_LINK_H
#define UNICC_LINK_H

#include "unicc.h"

/* Turn what the linker said before it failed into diagnostics: E0603 for a
 * function that nothing provides, E0605, else E0604. */
void link_said(const struct build *build, const char *said, int status);

#endif
