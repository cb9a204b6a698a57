/* SPDX-License-Identifier: ISC */
/* Which sources of the catalogue speak of a name. */
#ifndef UNICC_MENTION_H
#define UNICC_MENTION_H

#include "unicc.h"

/* The folder of a package's sources, or NULL: it is none, or after diag(). */
const char *mention_package(const struct catalogue *catalogue,
			    const char *name);

/* Does the C of the module, or of its package, hold this text, and not only as
 * part of a longer word? */
bool mention_is_in(const struct catalogue *catalogue,
		   const struct module *module, const char *thing);

/* Names: of the modules, and of what their C calls or defines. */
struct mentions {
	LIST(const char *) names;
};
void mention_add_all(struct mentions *mentions,
		     const struct catalogue *catalogue);

#endif
