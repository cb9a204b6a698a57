/* SPDX-License-Identifier: ISC */
/*
 * The tokens of C and assembly on any bytes.
 *
 * Build with compiler/tokens.c; -lnettle.
 *
 * Tokens stand in the text one after another, lines only grow, and the hash
 * sees neither an empty line nor a comment before the text.
 */
#include <assert.h>
#include <string.h>

#include "arena.h"
#include "tokens.h"

static void
read_all(struct bytes text, enum token_language language)
{
	const char *at = (const char *)text.at, *end = at + text.size;
	struct tokens tokens;
	struct token token;
	unsigned line = 1;
	size_t count = 0;

	tokens_open(&tokens, text, language);
	do {
		token = tokens_next(&tokens);
		assert(count++ <= 2 * text.size + 2);
		assert(token.line >= line);
		line = token.line;
		if (token.kind == TOKEN_END || token.kind == TOKEN_LINE_END)
			continue;
		assert(token.size != 0 && token.at >= at);
		assert(token.at + token.size <= end);
		at = token.at + token.size;
	} while (token.kind != TOKEN_END);
	assert(tokens_next(&tokens).kind == TOKEN_END);
}

static void
compare_hashes(struct bytes text, enum token_language language)
{
	static const char before[] = "\n/* a comment */\n \n";
	struct buffer longer = { 0 };
	uint8_t first[32], second[32];

	buffer_add(&longer, before, sizeof before - 1);
	buffer_add(&longer, text.at, text.size);
	tokens_hash(text, language, first);
	tokens_hash((struct bytes){ (const uint8_t *)longer.at, longer.size },
		    language, second);
	assert(memcmp(first, second, sizeof first) == 0);
	free(longer.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bytes text = { bytes, size };

	read_all(text, TOKENS_C);
	read_all(text, TOKENS_ASSEMBLY);
	compare_hashes(text, TOKENS_C);
	arena_release();
	return 0;
}
