/* SPDX-License-Identifier: ISC */
/* What link.c offers to link_said.c and to the fingerprint. */
#ifndef UNICC_LINK_SAID_H
#define UNICC_LINK_SAID_H

#include "unicc.h"

/* Turn what the linker said before it failed into diagnostics: E0603 for a
 * function that nothing provides, E0605, else E0604. */
void link_said(const struct build *build, const char *said, int status);

/* The linker's flags, the same for every image. */
extern const char *const link_flags[];
extern const size_t link_flags_count;

#endif
