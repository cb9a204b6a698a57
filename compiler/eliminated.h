/* SPDX-License-Identifier: ISC */
/* What is in no image of this configuration: see eliminated.c. */
#ifndef UNICC_ELIMINATED_H
#define UNICC_ELIMINATED_H

#include "code_lines.h"
#include "values.h"

/* Sorted, each once. */
struct names {
	LIST(const char *) list;
};

/* What exists only if a setting has this other value. */
struct eliminated {
	const struct alternative *alternative;
	enum status status;	/* of building it; not OK: nothing is known */
	const char *said;	/* why, then */
	struct names symbols;
	struct names texts;
	struct names wide_texts;	/* of 32 bits a character */
	struct line_ranges lines;	/* of source, with code under it alone */
	/* The other way round: what of this image that value would not have. */
	struct names only_here, texts_only_here;
	size_t bytes;		/* of the file, of what they are */
};

/* The other way round, too: what is in the image because of values that somebody
 * wrote. */
struct brought {
	struct value_set values;
	LIST(size_t) nodes;
	size_t bytes;		/* of the file */
};

struct eliminations {
	LIST(struct eliminated) list;
	struct values *written;
	LIST(struct brought) brought;	/* by the first value, then the next */
};

/*
 * Build every alternative of a build and note what its image has and this one
 * has not: names in its symbol table, texts anywhere in its file. Progress goes
 * to stderr. build is finished.
 */
struct eliminations eliminations_find(const struct build *build,
				      const struct audit *image);

/* eliminated.json. */
struct bytes eliminations_write(const struct eliminations *all,
				const struct build *build,
				const struct audit *image);

#endif
