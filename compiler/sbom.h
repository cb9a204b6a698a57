/* SPDX-License-Identifier: ISC */
/* What is told about an image to those who keep accounts of software. */
#ifndef UNICC_SBOM_H
#define UNICC_SBOM_H

#include "package.h"

/* What an image has of a source file: a function, or an object, or what has no
 * name. */
struct share {
	const char *label;	/* of the source file */
	const char *name;	/* or "" */
	bool is_object;
	/* Of the file, after inlining. 0: a function all of whose code is that
	 * of others, which were inlined into it or are the same, or an object
	 * that is zero at the start. */
	size_t bytes;
};

struct shares {
	struct share *at;
	size_t count, room;
};

/*
 * By an audit.json, which may be anybody's, and a NAME.debug, of which a
 * stranger's was tried (trial.h). Sorted, each once. None if it is no
 * audit.json.
 */
struct shares sbom_shares(struct bytes audit, struct bytes debug);

/* NAME.spdx.json of an audited build. */
struct bytes sbom_write(const struct build *build);

/* NAME.provenance.json of a fingerprinted build. */
struct bytes provenance_write(const struct build *build);

#endif
