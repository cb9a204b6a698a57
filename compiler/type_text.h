/* SPDX-License-Identifier: ISC */
/* Values from outside of a configuration: what a command line, a file of
 * options, a table or a manifest says, as text. */
#ifndef UNICC_TYPE_TEXT_H
#define UNICC_TYPE_TEXT_H

#include "type.h"

/* Who says it, for what is complained of. */
struct type_text {
	const struct catalogue *catalogue;	/* its units */
	struct script *script;	/* any: its state is used */
	struct type_blame blame;
	struct where where;
};

/*
 * Take what a user gives: "8080", "4MiB", "4 * MiB", "15 second", "true"; texts
 * and addresses as they are. Checked as in a configuration; false after diag().
 */
bool type_accept_text(const struct type_text *text,
		      const struct setting *setting, const char *given,
		      struct value *value);

/* The same for what type_show has shown, of a type that is no list, map, file,
 * folder or secret. */
bool type_accept_shown(const struct type_text *text,
		       const struct setting *setting, const char *shown,
		       struct value *value);

#endif
