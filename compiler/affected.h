/* SPDX-License-Identifier: ISC */
/* What the parts of `unicc affected` share. */
#ifndef UNICC_AFFECTED_H
#define UNICC_AFFECTED_H

#include "linked_names.h"
#include "manifest_root.h"
#include "sbom.h"

enum verdict { VERDICT_UNKNOWN, VERDICT_ABSENT, VERDICT_AFFECTED };

struct question {
	const char *name;	/* "tcp_input", "tcp_in.c" */
	bool is_file;
	/* The image, which may be anybody's. */
	const char *image_path;
	struct manifest manifest;
	struct bytes debug;
	struct shares shares;
	struct linked_names names;
	const struct catalogue *catalogue;
	LIST(const char *) traceless;	/* macros that may have been used */
	/* The answer. */
	enum verdict verdict;
	LIST(const char *) reasons;
};

/* A reason for a verdict; one for a weaker verdict than there is counts for
 * nothing. */
void affected_answer(struct question *question, enum verdict verdict,
		     const char *reason);

/* Does the user's name mean the file of this label? "tcp_in.c" and
 * "src/core/tcp_in.c" do mean "lwip:src/core/tcp_in.c". */
bool affected_is_file(const struct question *question, const char *label);

/* Is this function, as linked, what the name becomes with an instance's? */
bool affected_is_renamed(const struct question *question, const char *linked);

/* Look in the sources of the catalogue and of its packages for what is not in
 * the image, and answer why it is not (affected_source.c). */
void affected_look_in_sources(struct question *question);

/* Why a file that is not compiled is not: ": it is of module ...", or ""
 * (affected_why.c). */
const char *affected_why_file(const struct question *question,
			      const char *label);

/* What decides the condition of an #if: ": LWIP_DHCP is ip.dhcp = false
 * (default)", a setting, or ": LWIP_IPV6 is 0 in ...", a header; or "". */
const char *affected_why_condition(const struct question *question,
				   const char *condition);

/* How a C file, which may be anybody's, defines a name (affected_find.c). */
enum definition {
	DEFINITION_NONE,
	DEFINITION_FUNCTION,
	DEFINITION_MACRO,	/* which leaves no trace in an image */
};

/* *condition is what a function's enclosing #ifs say, "A && B", or "". A file
 * with both has a macro: which of them was used is not known. */
enum definition affected_find(struct bytes text, const char *name,
			      const char **condition);

#endif
