/* SPDX-License-Identifier: ISC */
/*
 * Files of KEY=VALUE lines, as the 12-factor convention has them.
 *
 * What is taken here means the same to every reader of such files that we
 * know of; what they disagree about is an error (E0115). A line is blank, or
 * begins with #, or reads
 *
 *     [export] KEY=VALUE [# comment]
 *
 * KEY is a letter or _, then letters, digits and _. There may be blanks
 * (spaces, tabs) around =. VALUE is one of
 *
 *     bare        printable ASCII and UTF-8 up to blanks before a # or the
 *                 line's end; none of the bytes ' " ` \ $
 *     'single'    anything but ' is itself
 *     "double"    \n \t \\ \" \$ and \` are one byte each; a bare $ or ` is
 *                 an error: nothing is expanded here
 *
 * A value ends on its line. Lines end with \n or \r\n; the last one need not.
 */
#ifndef UNICC_DOTENV_H
#define UNICC_DOTENV_H

#include "base.h"
#include "diag.h"

enum { DOTENV_BYTES_MAX = 64 << 10 };

struct dotenv_entry {
	const char *key;	/* as written */
	const char *value;	/* holds no zero byte */
	struct where where;	/* of the key */
};

struct dotenv {
	LIST(struct dotenv_entry) entries;	/* in the file's order */
};

/* Read text, which is borrowed; file is what messages call it, and is kept.
 * Every line that is wrong is reported and left out. */
struct dotenv dotenv_read(const char *file, struct bytes text);

#endif
