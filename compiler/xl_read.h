/* SPDX-License-Identifier: ISC */
/* A domain's file as xl takes it (xl.cfg(5)), which may be anybody's. */
#ifndef UNICC_XL_READ_H
#define UNICC_XL_READ_H

#include "base.h"

enum xl_kind { XL_TEXT, XL_NUMBER, XL_LIST };

struct xl_value {
	enum xl_kind kind;
	unsigned line;
	const char *text;	/* a number's digits too; a list has none */
	struct xl_value *items;	/* texts and numbers */
	size_t items_count, items_room;
};

struct xl_field {
	const char *name;
	struct xl_value value;
};

struct xl_config {
	struct xl_field *at;	/* in order; a name may be there twice */
	size_t count, room;
};

/*
 * Read a whole file; everything is copied into the arena. What is wrong with
 * it, and the line in *line; NULL: nothing. Lists hold no lists, and += and
 * what xl knows besides are refused.
 */
const char *xl_read(struct bytes file, struct xl_config *config,
		    unsigned *line);

#endif
