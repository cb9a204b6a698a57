/* SPDX-License-Identifier: ISC */
/* What is known of the values that a thing in an image is there because of. */
#ifndef UNICC_WHY_VALUES_H
#define UNICC_WHY_VALUES_H

#include "values.h"

/* Of an image whose configuration is known all is found by building; build NULL:
 * what eliminated.json beside it says, if it is of the same code. */
void why_values_open(const struct audit *audit, const struct build *build);

/* The fewest written values without which it would not be there; see
 * values_of. */
struct value_causes {
	bool is_known;
	LIST(struct written) list;
};
struct value_causes why_values(const struct audit *audit,
			       const struct found *found, const char *thing);

/*
 * A value that is folded into code, by its setting's name, "ip.dhcp", and what
 * would not be there without it; at its default that is nothing. False: there is
 * no such setting, or of an image alone, nothing is known of it.
 */
struct folded {
	struct written value;
	LIST(size_t) nodes;
	size_t bytes;		/* of the file */
	size_t shared_count;	/* more, which other values bring in as well */
};
bool why_folded(struct folded *folded, const struct audit *audit,
		const char *name);

/* Other values, as shown, with each of which a node would not be there: those
 * that eliminated.json knows. */
struct other_values {
	LIST(const char *) list;
};
struct other_values why_other_values(const struct audit_node *node);

#endif
