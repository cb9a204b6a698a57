/* SPDX-License-Identifier: ISC */
/*
 * What a source file's own comments say of its licence and of its copyright.
 *
 * Only what stands there is told: an expression behind SPDX-License-Identifier,
 * a licence whose text is known here, or the words themselves where they are of
 * none that is. The text may be anybody's.
 */
#ifndef UNICC_NOTICE_H
#define UNICC_NOTICE_H

#include "base.h"

/* Words of a file, under an identifier that a document may use for them. */
struct notice_text {
	const char *id;		/* "LicenseRef-8f1c..." */
	const char *text;	/* UTF-8 */
};

struct notice {
	/* SPDX expressions, each once, as they were found. */
	LIST(const char *) licenses;
	/* Of those that are LicenseRef-... */
	LIST(struct notice_text) texts;
	/* Something is said of a licence that could not be read. */
	bool is_license_unclear;
	/* Lines, each once, as they were found. */
	LIST(const char *) copyrights;
	bool is_copyright_unclear;
};

/* The notice of a file of C or assembly. */
struct notice notice_read(struct bytes text);

#endif
