/* SPDX-License-Identifier: ISC */
/* Which values that somebody wrote a thing is in an image because of. */
#ifndef UNICC_VALUES_H
#define UNICC_VALUES_H

#include <cjson/cJSON.h>

#include "presence.h"
#include "variant.h"

/* A value that somebody wrote and that is not what it would be otherwise. */
struct written {
	const char *name;	/* "ip.dhcp" */
	const char *value, *otherwise;	/* as shown: "true", "false" */
	const char *origin;	/* "web.lua:5" */
};

/* What a setting is that nobody writes. */
const char *written_otherwise(const struct setting *setting);

/* As fields of an object, by the names above. */
void written_write(cJSON *object, const struct written *written);

/* Some of them: bit i is written.at[i]. */
struct trial {
	bool *is_left_out;
	bool is_built;		/* false: it cannot be */
	struct presence presence;
};

struct values {
	const struct build *build;	/* evaluated */
	LIST(struct written) written;
	LIST(struct trial) trials;	/* all that were built */
	LIST(size_t) largest;	/* trials that leave out as much as can be left
				 * out at once: each value in one of them, if it
				 * can be left out at all */
	bool is_given_up;	/* too many builds: not all is known */
};

/*
 * Build what is needed to tell which things no value matters for: one build, or
 * some where not all values can be left out at once. Progress goes to stderr.
 * build is evaluated and resolved, and is kept.
 */
void values_open(struct values *values, const struct build *build);

/*
 * The fewest values without all of which, each at what it would be otherwise,
 * none of the things is in the image: to put back any one of them brings one of
 * the things back, or cannot be built. Found by building, whether the modules
 * accept the values or not. In order of values->written; none: no values that
 * somebody wrote bring them in.
 */
struct value_set {
	LIST(size_t) list;
};
struct value_set values_of(struct values *values, const struct things *things);

/* "ip.dhcp = true, www.identity = true". */
const char *values_show(const struct values *values,
			const struct value_set *set);

#endif
