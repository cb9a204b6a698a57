/* SPDX-License-Identifier: ISC */
/* What an object file offers to other objects and what it asks of them. */
#ifndef UNICC_OBJECT_H
#define UNICC_OBJECT_H

#include "base.h"

struct object_names {
	LIST(const char *) own;		/* functions and objects, visible or not */
	LIST(const char *) given;	/* defined and visible to others */
	LIST(const char *) wanted;	/* undefined, and not weak */
};

/*
 * The names of an ELF object; in the arena. Sections that nobody asks for are
 * not read, so an object full of content costs no more than a small one. A
 * file that is no object has none: the linker says so.
 */
void object_names(const char *path, struct object_names *names);

/* Why an image has no place for what is in the object; NULL: it has. */
const char *object_refused(const char *path);

#endif
