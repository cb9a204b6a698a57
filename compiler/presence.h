/* SPDX-License-Identifier: ISC */
/* What is in an image, by name, so that another image can be asked for it. */
#ifndef UNICC_PRESENCE_H
#define UNICC_PRESENCE_H

#include "audit_find.h"

/*
 * A function that is inlined wherever it is called is in the image, and so is
 * one that the linker has folded into an equal one. Names of one unit are told
 * from those of another: "www.c:respond".
 */
struct presence {
	LIST(const char *) names;	/* sorted, each once */
	struct bytes file;	/* for texts */
};

struct presence presence_of(const struct audit *audit);

/* What to look for: any of these. */
struct things {
	LIST(const char *) names;
	LIST(const char *) texts;
};

/* A node, by its names or its text. False: it has no name of the source, or one
 * that the compiler has numbered, which differs from build to build. */
bool presence_add_node(struct things *things, const struct audit *audit,
		       const struct audit_node *node);

/* What a user meant by name; false if not all of it can be looked for, or if it
 * is an instance or a module, which no value brings in. */
bool presence_add_found(struct things *things, const struct audit *audit,
			const struct found *found, const char *name);

/* Is any of these things in it? */
bool presence_has(const struct presence *presence, const struct things *things);

/* "frames.2": the compiler numbers what shares a name. */
bool presence_is_numbered(const char *name);

#endif
