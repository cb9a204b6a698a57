/* SPDX-License-Identifier: ISC */
/* What compile.c, compile_said.c and headers.c share. */
#ifndef UNICC_COMPILE_H
#define UNICC_COMPILE_H

#include "unicc.h"

/*
 * Turn what the compiler said about a unit into diagnostics (E0602, E0605) and
 * warnings on stderr. Paths in said are absolute or below folder. An error is
 * placed in the file of the module it is in; one in C that unicc wrote is
 * placed at the instance's line of the configuration. Said twice, told once.
 */
void compile_said(const struct build *build, const struct unit *unit,
		  const char *folder, const char *said);

/*
 * Find the headers of a package that a platform's C includes, if it does: set
 * platform->headers_path and label it. False after diag(): E0601.
 */
bool headers_find(struct platform *platform);

/* One line of the compiler's. */
struct compile_remark {
	const char *path;	/* absolute; NULL: no place */
	unsigned line, column;
	const char *kind;	/* "error", "warning", "note" */
	const char *text;
};

/* Read "PATH:LINE:COLUMN: KIND: TEXT", PATH being absolute or below folder;
 * false: the line is no remark. */
bool compile_remark(const char *line, const char *folder,
		    struct compile_remark *remark);

/* The path of a file as the user would write it. */
const char *compile_show_path(const struct build *build, const char *path);

#endif
