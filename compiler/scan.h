/* SPDX-License-Identifier: ISC */
/*
 * A scanner of Lua 5.4 tokens: where everything in a file stands.
 *
 * liblua knows one line of each call and keeps the last of duplicate keys.
 * The scanner knows line and column of every token, and the tree of table
 * constructors. Nothing is evaluated here.
 *
 * The two are tied by one trick: liblua is given scan_emit's text, which has
 * token N alone on line N + 1. Every line number that liblua reports is then
 * the index of a token.
 *
 * Any bytes are scanned to their end in linear time (sorting apart); text that
 * is no Lua is an error here (E0102) or later in liblua. A whole number that
 * does not fit is recorded (E0124), and the scan goes on.
 */
#ifndef UNICC_SCAN_H
#define UNICC_SCAN_H

#include "base.h"
#include "diag.h"

enum scan_kind {
	SCAN_END,		/* the end of the file; the last token */
	SCAN_NAME,
	SCAN_KEYWORD,
	SCAN_NUMBER,
	SCAN_STRING,
	SCAN_SYMBOL,
};

struct scan_token {
	enum scan_kind kind;
	unsigned line, column;	/* from 1; the column counts bytes */
	const char *text;	/* a string's bytes, decoded; else as written */
	size_t size;
	uint32_t partner;	/* of a bracket: the other one, or 0 */
	/* Of "{", and of the "[" of a computed key: index into constructors,
	 * plus 1. */
	uint32_t constructor;
};

/* One field of a table constructor whose key is written out. */
struct scan_key {
	const char *text;	/* NULL: the key is number */
	size_t size;
	int64_t number;
	uint32_t key, value;	/* tokens; value: the first of its expression */
};

struct scan_constructor {
	uint32_t open;		/* token of "{" */
	/* Sorted by key, then by place. Fields without a key count from 1 and
	 * are here as numbers too. Computed keys are not here. */
	LIST(struct scan_key) keys;
	uint32_t items_count;	/* fields without a key so far */
	uint32_t first_computed, last_computed;	/* tokens; 0: none */
};

/* NAME = outside of constructors, and instance("NAME", ...). */
struct scan_assignment {
	const char *name;
	uint32_t token;
};

/* One of several files whose tokens stand in one row. */
struct scan_file {
	const char *name;
	uint32_t first;		/* of its tokens; its SCAN_END is its last */
};

struct scan {
	const char *file;	/* the first */
	LIST(struct scan_file) others;	/* in order of their tokens */
	LIST(struct scan_token) tokens;
	LIST(struct scan_constructor) constructors;
	LIST(struct scan_assignment) assignments;	/* by name, then place */
};

/*
 * Scan text, which is borrowed for as long as the scan lives; file is what
 * messages call it. NULL after diag(). Keys given twice in one constructor
 * are recorded (E0106) and the scan is still returned.
 */
struct scan *scan_text(const char *file, struct bytes text);

/*
 * The same in parts, for a file that names others: scan the first, append the
 * others to its row of tokens, then build the tree (scan_tree.h). NULL or false
 * after diag().
 */
struct scan *scan_tokens(const char *file, struct bytes text);
bool scan_append(struct scan *scan, const char *file, struct bytes text);

/* The first token of a file, 0 being the first file; past the last file, how
 * many tokens there are. */
size_t scan_first(const struct scan *scan, size_t file);

/*
 * Append the text for liblua: one token a line, strings quoted anew. To be
 * loaded behind as many empty lines as scan_first tells. With guard, the name
 * of a global, the operators whose result may not fit call it (scan_emit.c).
 */
void scan_emit(const struct scan *scan, size_t file, const char *guard,
	       struct buffer *out);

/* Is a number as it is written, behind its sign, anything but a whole one that
 * does not fit? */
bool scan_number_fits(const char *text, size_t size, bool is_negative);

/* The text, in the arena, cut where it is too long for a message. */
const char *scan_shorten(const char *text, size_t size);

/* The message of E0124, of a text and how it may end. */
#define SCAN_DOES_NOT_FIT "%s does not fit: whole numbers go from " \
			  "-9223372036854775808 to 9223372036854775807"

/* The longest token of a file. */
size_t scan_longest(const struct scan *scan, size_t file);

/* The token of a file around which most brackets and blocks are open. */
size_t scan_deepest(const struct scan *scan, size_t file);

/* The place of a token; indices past the end mean the end of the file. */
struct where scan_where(const struct scan *scan, size_t token);

/* Does this token read text? Strings never do. */
bool scan_is(const struct scan *scan, size_t token, const char *text);

/* The callee's first token, by liblua's line of a call: that very token, or
 * the one after it when liblua had looked ahead (inside of a constructor). */
size_t scan_callee(const struct scan *scan, size_t call);

/*
 * The "{" of the table given to a call, by scan_callee's token. link counts
 * calls in a chain like port "http" { }: 0 is the first. The token of the
 * call itself when its argument is no table constructor alone.
 */
size_t scan_call_argument(const struct scan *scan, size_t call, unsigned link);

/* The constructor that opens at token and is a value by itself, or NULL. */
const struct scan_constructor *scan_constructor(const struct scan *scan,
						size_t token);

/* A key's field, or NULL: computed, or absent. */
const struct scan_key *scan_key(const struct scan_constructor *constructor,
				const char *text, size_t size);
const struct scan_key *scan_item(const struct scan_constructor *constructor,
				 int64_t number);

/* The last NAME equal to name at or before token, if it is within a few
 * tokens; else token. liblua reports a global's use at the token after it. */
size_t scan_name_before(const struct scan *scan, size_t token,
			const char *name);

/* The last assignment of name at or before token; its name's token, else
 * token. */
size_t scan_assignment_before(const struct scan *scan, size_t token,
			      const char *name);

/* Is name assigned anywhere? *token is set to the first place if so. */
bool scan_is_assigned(const struct scan *scan, const char *name,
		      size_t *token);

#endif
