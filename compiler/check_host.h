/* SPDX-License-Identifier: ISC */
/* Whether a domain's file gives an image what it was built for. */
#ifndef UNICC_CHECK_HOST_H
#define UNICC_CHECK_HOST_H

#include "package.h"
#include "xl_read.h"

struct host_finding {
	unsigned line;		/* of the file; 0: it is about the whole */
	const char *field;	/* "vif[0].bridge" */
	const char *message;
	const char *fix;	/* NULL: none */
};

struct host_findings {
	struct host_finding *at;	/* in the order of NAME.xl */
	size_t count, room;
};

/*
 * Compare a file with the one that xl_file writes for the image, needed, field
 * by field: what is other, missing or too much is a finding. folder is that of
 * the file: relative paths start there. image_path is the image's own file.
 */
void check_host_compare(const struct build *build, const char *image_path,
			const char *folder, const struct xl_config *needed,
			const struct xl_config *given,
			struct host_findings *findings);

#endif
