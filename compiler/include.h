/* SPDX-License-Identifier: ISC */
/*
 * include "FILE": other files of a configuration.
 *
 * Which files there are is known before anything is evaluated: an include
 * names its file as a text written out. So every file is read once, its hash
 * an input of the build, and all are scanned as one row of tokens; nothing
 * else can be read later.
 */
#ifndef UNICC_INCLUDE_H
#define UNICC_INCLUDE_H

#include "scan.h"
#include "unicc.h"

enum { INCLUDE_FILES_MAX = 256 };

/* A file of the configuration; the first is the configuration itself. */
struct include_file {
	const char *path;	/* can be opened, and is shown */
	const char *identity;	/* absolute: equal for the same file */
	enum { INCLUDE_NEW, INCLUDE_OPEN, INCLUDE_DONE } state;
};

/* One include "FILE" in the text. */
struct include_edge {
	uint32_t token;		/* of the word include */
	size_t from, to;	/* indices of files */
};

struct includes {
	LIST(struct include_file) files;
	LIST(struct include_edge) edges;	/* by token */
};

/* Read the configuration and every file that it includes. NULL after diag(),
 * E0101 or E0102; a file that cannot be included is E0116, a cycle E0117. */
struct scan *include_read(struct build *build, struct includes *includes);

/* The file of build->appended, which is there if that is. */
enum { INCLUDE_APPENDED = 1 };

/* The include that stands at token, or NULL. */
const struct include_edge *include_at(const struct includes *includes,
				      size_t token);

#endif
