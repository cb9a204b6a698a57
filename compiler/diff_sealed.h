/* SPDX-License-Identifier: ISC */
/* What differs between the slots of two images. */
#ifndef UNICC_DIFF_SEALED_H
#define UNICC_DIFF_SEALED_H

#include "audit.h"

struct sealed_change {
	const char *name;	/* "ip.address" */
	const char *before, *after;	/* as shown; NULL: of a secret, or none */
	bool is_secret;
};

struct sealed_changes {
	struct sealed_change *at;
	size_t count, room;
	bool is_all;		/* no other byte of the images differs, but the
				 * identity that follows from them */
};

/* By the manifests beside the two images; empty where one of them has none or
 * no slots. An image that is not what was built gives none either, after diag()
 * of verify_files. */
struct sealed_changes diff_sealed(const struct audit *before,
				  const struct audit *after);

#endif
