/* SPDX-License-Identifier: ISC */
/* Things that a user can name in an image. */
#ifndef UNICC_AUDIT_FIND_H
#define UNICC_AUDIT_FIND_H

#include "audit.h"

/* What a name means. Several may be meant: two units may both have an add(). */
struct found {
	const char *as;		/* "symbol", "string", "module", ... */
	size_t cause;		/* an instance or setting; else AUDIT_NONE */
	size_t bytes;		/* of the file */
	LIST(size_t) nodes;	/* all that is meant, by address */
	LIST(size_t) rows;	/* by offset: whole nodes, or parts of them */
};

struct finding {
	LIST(struct found) list;
};

/*
 * What thing names: an instance or a setting of one, a module, a symbol, a
 * section, a source file or the end of its path, a function that was inlined, a
 * string or part of one, an address (0x...) or an offset in the file. The first
 * of these that is anything; none: the list is empty.
 */
struct finding audit_find(const struct audit *audit, const char *thing);

/* The name in the image that is nearest, or NULL. */
const char *audit_nearest(const struct audit *audit, const char *thing);

#endif
