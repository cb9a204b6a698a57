/* SPDX-License-Identifier: ISC */
/*
 * The hash of a source file as the compiler sees it: its tokens.
 *
 * Two files with the same hash differ at most in comments, in spacing and in
 * where lines break. Kept, because they can change the meaning: every byte of
 * a literal, the end of a preprocessor line, the presence of space inside one
 * (`#define f (x)`), and, in assembly, the end of every line. Not kept: space
 * between the arguments of a macro that turns them into a string.
 */
#ifndef UNICC_TOKENS_H
#define UNICC_TOKENS_H

#include "base.h"

enum token_language {
	TOKENS_C,
	TOKENS_ASSEMBLY,	/* with preprocessor lines, as in .S */
};

enum token_kind {
	TOKEN_END,		/* of the text */
	TOKEN_WORD,		/* identifier, keyword or number */
	TOKEN_LITERAL,		/* string, character, <header> */
	TOKEN_PUNCTUATOR,
	TOKEN_LINE_END,		/* where it matters */
};

struct token {
	enum token_kind kind;
	const char *at;		/* in the text; may hold spliced lines */
	size_t size;
	bool is_spaced;		/* space or a comment stands before it */
	unsigned line;		/* where it starts, from 1 */
};

/* A reader of tokens; the text is borrowed. Any bytes are read to their end. */
struct tokens {
	struct bytes text;
	enum token_language language;
	size_t next;
	unsigned line;
	bool is_line_start;	/* no token on this line so far */
	bool is_directive;	/* inside a preprocessor line */
	bool is_include;	/* the directive's name was include */
};

void tokens_open(struct tokens *tokens, struct bytes text,
		 enum token_language language);
struct token tokens_next(struct tokens *tokens);

/* Is a file of this name C or assembly? Any other is hashed as it is. */
bool tokens_are_in(const char *name);

/* The language by the end of a file's name. */
enum token_language tokens_language(const char *name);

void tokens_hash(struct bytes text, enum token_language language,
		 uint8_t sha256[32]);

#endif
