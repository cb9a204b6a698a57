/* SPDX-License-Identifier: ISC */
/* What the scanner (scan.c) and the tree over its tokens (scan_tree.c) share. */
#ifndef UNICC_SCAN_TREE_H
#define UNICC_SCAN_TREE_H

#include "scan.h"

#include <string.h>

/* Fill partners, constructors and assignments from the tokens. */
void scan_tree(struct scan *scan);

static inline bool
scan_token_is(const struct scan_token *token, const char *text)
{
	return token->kind != SCAN_STRING && token->size != 0 &&
	       token->text[0] == text[0] && strlen(text) == token->size &&
	       memcmp(token->text, text, token->size) == 0;
}

/* Indices past the end mean the token of the end. */
static inline const struct scan_token *
scan_token_at(const struct scan *scan, size_t index)
{
	return &scan->tokens.at[index < scan->tokens.count
					? index
					: scan->tokens.count - 1];
}

#endif
