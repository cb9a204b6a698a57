/* SPDX-License-Identifier: ISC */
/* The lines of source that have code in an image. */
#ifndef UNICC_CODE_LINES_H
#define UNICC_CODE_LINES_H

#include "audit.h"

struct code_line {
	const char *file;	/* a label: "stdlib/httpd/response.c" */
	int line;
};

/* Sorted by file and line, each once. */
struct code_lines {
	LIST(struct code_line) list;
};

/* By NAME.debug; none of what unicc has generated, whose lines differ from
 * configuration to configuration. The image is of our own making. */
struct code_lines code_lines_of(const struct audit *audit);

/* Those of a that b has not, as "FILE:FIRST-LAST", a line of either that lies
 * between two being the end of a range. */
struct line_ranges {
	LIST(const char *) list;
};
struct line_ranges code_lines_without(const struct code_lines *a,
				      const struct code_lines *b);

#endif
