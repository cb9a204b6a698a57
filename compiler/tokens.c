/* SPDX-License-Identifier: ISC */
/*
 * Tokens of C and of preprocessed assembly (C11, 6.4), and their hash.
 *
 * This reads; it does not judge: a text that no compiler takes still has
 * tokens. Every call of tokens_next moves forward or returns TOKEN_END.
 */
#include "tokens.h"

#include <ctype.h>
#include <nettle/sha2.h>
#include <string.h>

/* Longest first among those that share a beginning. */
static const char *const punctuators[] = {
	"...", "<<=", ">>=", "->", "++", "--", "<<", ">>", "<=", ">=", "==",
	"!=", "&&", "||", "*=", "/=", "%=", "+=", "-=", "&=", "^=", "|=", "##",
};

static int
peek(const struct tokens *tokens, size_t ahead)
{
	if (ahead >= tokens->text.size - tokens->next)
		return -1;
	return tokens->text.at[tokens->next + ahead];
}

/* The bytes of a line splice at the reader: 0, 2 or 3. */
static size_t
splice_bytes(const struct tokens *tokens, size_t ahead)
{
	if (peek(tokens, ahead) != '\\')
		return 0;
	if (peek(tokens, ahead + 1) == '\n')
		return 2;
	if (peek(tokens, ahead + 1) == '\r' && peek(tokens, ahead + 2) == '\n')
		return 3;
	return 0;
}

/* Move over size bytes, counting lines. */
static void
skip(struct tokens *tokens, size_t size)
{
	while (size-- != 0 && tokens->next < tokens->text.size)
		tokens->line += tokens->text.at[tokens->next++] == '\n';
}

static void
skip_block_comment(struct tokens *tokens)
{
	skip(tokens, 2);
	while (peek(tokens, 0) != -1) {
		if (peek(tokens, 0) == '*' && peek(tokens, 1) == '/') {
			skip(tokens, 2);
			return;
		}
		skip(tokens, 1);
	}
}

static void
skip_line_comment(struct tokens *tokens)
{
	while (peek(tokens, 0) != -1 && peek(tokens, 0) != '\n') {
		size_t spliced = splice_bytes(tokens, 0);

		skip(tokens, spliced != 0 ? spliced : 1);
	}
}

static bool
is_line_end_kept(const struct tokens *tokens)
{
	return tokens->is_directive ||
	       (tokens->language == TOKENS_ASSEMBLY && !tokens->is_line_start);
}

/* Move to the next token or kept line end; true if anything was skipped. */
static bool
skip_space(struct tokens *tokens)
{
	size_t before = tokens->next;

	for (;;) {
		int c = peek(tokens, 0);
		size_t spliced = splice_bytes(tokens, 0);

		if (spliced != 0)
			skip(tokens, spliced);
		else if (c == '/' && peek(tokens, 1) == '*')
			skip_block_comment(tokens);
		else if (c == '/' && peek(tokens, 1) == '/')
			skip_line_comment(tokens);
		else if (c == -1 || !isspace(c) ||
			 (c == '\n' && is_line_end_kept(tokens)))
			break;
		else
			skip(tokens, 1);
		tokens->is_line_start |= c == '\n';
	}
	return tokens->next != before;
}

static bool
is_word_byte(int c)
{
	return c == '_' || c == '$' || c >= 0x80 || (c != -1 && isalnum(c));
}

/* A word or a preprocessing number, whose sign may follow its exponent. */
static void
take_word(struct tokens *tokens)
{
	bool is_number = isdigit(peek(tokens, 0)) || peek(tokens, 0) == '.';
	int last = 0;

	for (;;) {
		int c = peek(tokens, 0);
		size_t spliced = splice_bytes(tokens, 0);

		if (spliced != 0) {
			skip(tokens, spliced);
			continue;
		}
		if (!is_word_byte(c) && !(is_number && c == '.') &&
		    !(is_number && (c == '+' || c == '-') && last != 0 &&
		      strchr("eEpP", last) != NULL))
			return;
		last = c;
		skip(tokens, 1);
	}
}

/* Up to the closing quote; a line's end closes it too. */
static void
take_literal(struct tokens *tokens, int end)
{
	skip(tokens, 1);
	for (;;) {
		int c = peek(tokens, 0);
		size_t spliced = splice_bytes(tokens, 0);

		if (spliced != 0) {
			skip(tokens, spliced);
			continue;
		}
		if (c == -1 || c == '\n')
			return;
		skip(tokens, c == '\\' && peek(tokens, 1) != '\n' ? 2 : 1);
		if (c == end)
			return;
	}
}

static void
take_punctuator(struct tokens *tokens)
{
	size_t i, size;

	for (i = 0; i < countof(punctuators); i++) {
		size = strlen(punctuators[i]);
		if (size <= tokens->text.size - tokens->next &&
		    memcmp(tokens->text.at + tokens->next, punctuators[i],
			   size) == 0) {
			skip(tokens, size);
			return;
		}
	}
	skip(tokens, 1);
}

static struct token
take_line_end(struct tokens *tokens, struct token token)
{
	token.kind = TOKEN_LINE_END;
	token.size = 1;
	skip(tokens, 1);
	tokens->is_line_start = true;
	tokens->is_directive = tokens->is_include = false;
	return token;
}

/* Keep track of which kind of line this is after its first tokens. */
static void
note_line(struct tokens *tokens, const struct token *token)
{
	if (tokens->is_line_start && token->size == 1 && token->at[0] == '#')
		tokens->is_directive = true;
	else if (tokens->is_directive && token->kind == TOKEN_WORD &&
		 token->size >= 7 && memcmp(token->at, "include", 7) == 0)
		tokens->is_include = true;
	tokens->is_line_start = false;
}

void
tokens_open(struct tokens *tokens, struct bytes text,
	    enum token_language language)
{
	*tokens = (struct tokens){
		.text = text, .language = language, .line = 1,
		.is_line_start = true,
	};
}

struct token
tokens_next(struct tokens *tokens)
{
	struct token token = { .is_spaced = skip_space(tokens) };
	int c = peek(tokens, 0);
	size_t start = tokens->next;

	token.at = (const char *)tokens->text.at + start;
	token.line = tokens->line;
	if (c == -1)
		return token;
	if (c == '\n')
		return take_line_end(tokens, token);
	if (c == '"' || c == '\'' || (c == '<' && tokens->is_include)) {
		token.kind = TOKEN_LITERAL;
		take_literal(tokens, c == '<' ? '>' : c);
	} else if (is_word_byte(c) ||
		   (c == '.' && peek(tokens, 1) != -1 &&
		    isdigit(peek(tokens, 1)))) {
		token.kind = TOKEN_WORD;
		take_word(tokens);
	} else {
		token.kind = TOKEN_PUNCTUATOR;
		take_punctuator(tokens);
	}
	token.size = tokens->next - start;
	note_line(tokens, &token);
	return token;
}

bool
tokens_are_in(const char *name)
{
	static const char *const ends[] = {
		".c", ".h", ".S", ".s", ".inc", ".in", ".lds", ".def",
	};
	size_t i;

	for (i = 0; i < countof(ends); i++)
		if (text_ends(name, ends[i]))
			return true;
	return false;
}

enum token_language
tokens_language(const char *name)
{
	return text_ends(name, ".S") || text_ends(name, ".s") ? TOKENS_ASSEMBLY
							       : TOKENS_C;
}

/* The bytes of a token without line splices. */
static void
hash_token(struct sha256_ctx *hash, const struct token *token)
{
	size_t i, from = 0;

	for (i = 0; i + 1 < token->size; i++) {
		size_t spliced = token->at[i] != '\\'	    ? 0
				 : token->at[i + 1] == '\n' ? 2
				 : i + 2 < token->size &&
						 token->at[i + 1] == '\r' &&
						 token->at[i + 2] == '\n'
					 ? 3
					 : 0;

		if (spliced == 0)
			continue;
		sha256_update(hash, i - from,
			      (const uint8_t *)token->at + from);
		from = i + spliced;
		i = from - 1;
	}
	sha256_update(hash, token->size - from,
		      (const uint8_t *)token->at + from);
}

void
tokens_hash(struct bytes text, enum token_language language,
	    uint8_t sha256[32])
{
	struct sha256_ctx hash;
	struct tokens tokens;
	struct token token;
	bool is_space_kept;

	sha256_init(&hash);
	tokens_open(&tokens, text, language);
	do {
		is_space_kept = tokens.is_directive ||
				(language == TOKENS_ASSEMBLY &&
				 !tokens.is_line_start);
		token = tokens_next(&tokens);
		if (is_space_kept && token.is_spaced &&
		    token.kind != TOKEN_LINE_END && token.kind != TOKEN_END)
			sha256_update(&hash, 1, (const uint8_t *)" ");
		hash_token(&hash, &token);
		sha256_update(&hash, 1, (const uint8_t *)"");
	} while (token.kind != TOKEN_END);
	sha256_digest(&hash, 32, sha256);
}
