/* SPDX-License-Identifier: ISC */
/*
 * The scanner of Lua tokens: see scan.h.
 *
 * Tokens are cut as liblua cuts them (Lua 5.4 manual, 3.1), so that the two
 * count alike; what is merely suspicious (3x, an unknown symbol order) is left
 * to liblua, whose line number then names the token.
 */
#include "scan_tree.h"

#include <stdlib.h>
#include <string.h>

/* ---- Characters ------------------------------------------------------ */

struct cursor {
	struct scan *scan;
	const char *file;
	const char *text;
	size_t size, at;
	size_t line_start;	/* offset of the current line's first byte */
	unsigned line;
};

static int
peek(const struct cursor *cursor, size_t ahead)
{
	size_t at = cursor->at + ahead;

	return at < cursor->size ? (unsigned char)cursor->text[at] : -1;
}

static bool
is_digit(int c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int
hex_digit(int c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
is_line_end(int c)
{
	return c == '\n' || c == '\r';
}

static bool
is_space(int c)
{
	return c == ' ' || c == '\t' || c == '\v' || c == '\f' || is_line_end(c);
}

/* Step over one line end; "\r\n" and "\n\r" are one (liblua, inclinenumber). */
static void
step_line(struct cursor *cursor)
{
	int first = peek(cursor, 0), second = peek(cursor, 1);

	cursor->at += is_line_end(second) && second != first ? 2 : 1;
	cursor->line++;
	cursor->line_start = cursor->at;
}

static struct where
cursor_where(const struct cursor *cursor)
{
	return (struct where){ cursor->file, cursor->line,
			       (unsigned)(cursor->at - cursor->line_start) + 1 };
}

/* ---- Long brackets, comments ----------------------------------------- */

/* The level of a long bracket that opens here, or -1. */
static int
long_level(const struct cursor *cursor)
{
	int level = 0;

	if (peek(cursor, 0) != '[')
		return -1;
	while (peek(cursor, (size_t)level + 1) == '=' && level < 1000)
		level++;
	return peek(cursor, (size_t)level + 1) == '[' ? level : -1;
}

static bool
is_long_close(const struct cursor *cursor, int level)
{
	int i;

	if (peek(cursor, 0) != ']')
		return false;
	for (i = 1; i <= level; i++)
		if (peek(cursor, (size_t)i) != '=')
			return false;
	return peek(cursor, (size_t)level + 1) == ']';
}

/* Read to the closing bracket; out may be NULL (a comment). */
static bool
read_long(struct cursor *cursor, int level, const char *what,
	  struct buffer *out)
{
	struct where start = cursor_where(cursor);

	cursor->at += (size_t)level + 2;
	if (is_line_end(peek(cursor, 0)))
		step_line(cursor);
	while (!is_long_close(cursor, level)) {
		int c = peek(cursor, 0);

		if (c < 0) {
			diag(E0102, start, NULL, "this %s is never closed",
			     what);
			return false;
		}
		if (is_line_end(c)) {
			step_line(cursor);
			if (out != NULL)
				buffer_add(out, "\n", 1);
			continue;
		}
		if (out != NULL)
			buffer_add(out, &cursor->text[cursor->at], 1);
		cursor->at++;
	}
	cursor->at += (size_t)level + 2;
	return true;
}

static bool
skip_blank(struct cursor *cursor)
{
	for (;;) {
		int c = peek(cursor, 0), level;

		if (is_line_end(c)) {
			step_line(cursor);
		} else if (is_space(c)) {
			cursor->at++;
		} else if (c == '-' && peek(cursor, 1) == '-') {
			cursor->at += 2;
			level = long_level(cursor);
			if (level >= 0) {
				if (!read_long(cursor, level, "comment", NULL))
					return false;
				continue;
			}
			while (peek(cursor, 0) >= 0 &&
			       !is_line_end(peek(cursor, 0)))
				cursor->at++;
		} else {
			return true;
		}
	}
}

/* ---- Strings --------------------------------------------------------- */

/* As lua_utf8esc: up to 2^31, as Lua 5.4 allows. */
static void
add_utf8(struct buffer *out, uint32_t code)
{
	unsigned char bytes[6];
	size_t at = sizeof bytes;
	uint32_t first_max = 0x3f;

	if (code < 0x80) {
		bytes[0] = (unsigned char)code;
		buffer_add(out, bytes, 1);
		return;
	}
	do {
		bytes[--at] = (unsigned char)(0x80 | (code & 0x3f));
		code >>= 6;
		first_max >>= 1;
	} while (code > first_max);
	bytes[--at] = (unsigned char)((~first_max << 1) | code);
	buffer_add(out, &bytes[at], sizeof bytes - at);
}

static bool
escape_error(const struct cursor *cursor, const char *rule)
{
	diag(E0102, cursor_where(cursor), NULL, "a wrong escape: %s", rule);
	return false;
}

static bool
read_unicode(struct cursor *cursor, struct buffer *out)
{
	uint64_t code = 0;
	size_t ahead = 3;

	if (peek(cursor, 2) != '{' || hex_digit(peek(cursor, 3)) < 0)
		return escape_error(cursor, "\\u is followed by {XXX}");
	for (; hex_digit(peek(cursor, ahead)) >= 0; ahead++) {
		code = code * 16 + (uint64_t)hex_digit(peek(cursor, ahead));
		if (code > 0x7fffffff)
			return escape_error(cursor, "the code is too large");
	}
	if (peek(cursor, ahead) != '}')
		return escape_error(cursor, "\\u is followed by {XXX}");
	cursor->at += ahead + 1;
	add_utf8(out, (uint32_t)code);
	return true;
}

static bool
read_decimal(struct cursor *cursor, struct buffer *out)
{
	unsigned code = 0;
	size_t ahead = 1;
	char byte;

	for (; ahead <= 3 && is_digit(peek(cursor, ahead)); ahead++)
		code = code * 10 + (unsigned)(peek(cursor, ahead) - '0');
	if (code > 255)
		return escape_error(cursor, "a byte is at most \\255");
	cursor->at += ahead;
	byte = (char)code;
	buffer_add(out, &byte, 1);
	return true;
}

/* One escape; the cursor is at the backslash. */
static bool
read_escape(struct cursor *cursor, struct buffer *out)
{
	static const char from[] = "abfnrtv\\\"'", to[] = "\a\b\f\n\r\t\v\\\"'";
	int c = peek(cursor, 1);
	const char *simple = c > 0 ? strchr(from, c) : NULL;
	char byte;

	if (simple != NULL) {
		buffer_add(out, &to[simple - from], 1);
		cursor->at += 2;
		return true;
	}
	if (is_line_end(c)) {
		cursor->at++;
		step_line(cursor);
		buffer_add(out, "\n", 1);
		return true;
	}
	if (c == 'z') {
		cursor->at += 2;
		while (is_space(peek(cursor, 0)))
			if (is_line_end(peek(cursor, 0)))
				step_line(cursor);
			else
				cursor->at++;
		return true;
	}
	if (c == 'x') {
		int high = hex_digit(peek(cursor, 2));
		int low = hex_digit(peek(cursor, 3));

		if (high < 0 || low < 0)
			return escape_error(cursor,
					    "\\x is followed by two hex digits");
		byte = (char)(high * 16 + low);
		buffer_add(out, &byte, 1);
		cursor->at += 4;
		return true;
	}
	if (c == 'u')
		return read_unicode(cursor, out);
	if (is_digit(c))
		return read_decimal(cursor, out);
	return escape_error(cursor, "a backslash itself is written \\\\");
}

static bool
read_quoted(struct cursor *cursor, struct buffer *out)
{
	struct where start = cursor_where(cursor);
	int quote = peek(cursor, 0);

	cursor->at++;
	while (peek(cursor, 0) != quote) {
		int c = peek(cursor, 0);

		if (c < 0 || is_line_end(c)) {
			diag(E0102, start, NULL,
			     "this text is not closed on its line");
			diag_fix("end it with %c", quote);
			return false;
		}
		if (c == '\\') {
			if (!read_escape(cursor, out))
				return false;
			continue;
		}
		buffer_add(out, &cursor->text[cursor->at++], 1);
	}
	cursor->at++;
	return true;
}

/* ---- Tokens ---------------------------------------------------------- */

static const char *const keywords[] = {
	"and", "break", "do", "else", "elseif", "end", "false", "for",
	"function", "goto", "if", "in", "local", "nil", "not", "or", "repeat",
	"return", "then", "true", "until", "while",
};

/* Longest first. */
static const char *const symbols[] = {
	"...", "<<", ">>", "//", "==", "~=", "<=", ">=", "::", "..",
	"+", "-", "*", "/", "%", "^", "#", "&", "~", "|", "<", ">", "=",
	"(", ")", "{", "}", "[", "]", ";", ":", ",", ".",
};

static bool
is_keyword(const struct scan_token *token)
{
	size_t i;

	for (i = 0; i < countof(keywords); i++)
		if (scan_token_is(token, keywords[i]))
			return true;
	return false;
}

/* As liblua's read_numeral: everything that could belong to a number. */
static void
skip_number(struct cursor *cursor)
{
	bool is_hex = peek(cursor, 0) == '0' &&
		      (peek(cursor, 1) | 0x20) == 'x';

	if (is_hex)
		cursor->at += 2;
	for (;;) {
		int c = peek(cursor, 0);

		if (c > 0 && (c | 0x20) == (is_hex ? 'p' : 'e')) {
			cursor->at++;
			if (peek(cursor, 0) == '+' || peek(cursor, 0) == '-')
				cursor->at++;
		} else if (hex_digit(c) >= 0 || c == '.') {
			cursor->at++;
		} else {
			break;
		}
	}
	if (is_letter(peek(cursor, 0)))
		cursor->at++;
}

static void
check_number(const struct cursor *cursor, size_t start)
{
	const char *text = &cursor->text[start];
	size_t size = cursor->at - start;
	struct where where = cursor_where(cursor);

	if (scan_number_fits(text, size, false))
		return;
	where.column -= (unsigned)size;
	diag(E0124, where, NULL, SCAN_DOES_NOT_FIT, scan_shorten(text, size));
}

static bool
read_string(struct cursor *cursor, struct scan_token *token)
{
	struct buffer text = { 0 };
	int level = long_level(cursor);
	bool is_good = level >= 0
			? read_long(cursor, level, "text", &text)
			: read_quoted(cursor, &text);

	token->kind = SCAN_STRING;
	if (is_good) {
		token->text = arena_copy_n(text.size ? text.at : "", text.size);
		token->size = text.size;
	}
	free(text.at);
	return is_good;
}

/* Its result is always a float, of which the build machine's libm decides the
 * last digits. */
static bool
refuse_power(const struct cursor *cursor)
{
	diag(E0102, cursor_where(cursor), NULL,
	     "there is no ^ here: it would make a float");
	diag_fix("write 1 << N for a power of two, or multiply");
	return false;
}

static bool
read_symbol(struct cursor *cursor, struct scan_token *token)
{
	int c = peek(cursor, 0);
	size_t i;

	token->kind = SCAN_SYMBOL;
	for (i = 0; i < countof(symbols); i++) {
		size_t size = strlen(symbols[i]);

		if (symbols[i][0] == c && cursor->size - cursor->at >= size &&
		    memcmp(&cursor->text[cursor->at], symbols[i], size) == 0) {
			if (symbols[i][0] == '^')
				return refuse_power(cursor);
			cursor->at += size;
			return true;
		}
	}
	if (c > ' ' && c <= '~')
		diag(E0102, cursor_where(cursor), NULL,
		     "Lua has no symbol %c", c);
	else
		diag(E0102, cursor_where(cursor), NULL,
		     "a byte that is no Lua: 0x%02x", (unsigned)c);
	return false;
}

static bool
read_token(struct cursor *cursor)
{
	struct scan_token *token = list_add(&cursor->scan->tokens);
	int c = peek(cursor, 0);
	size_t start = cursor->at;
	bool is_good = true;

	token->line = cursor->line;
	token->column = (unsigned)(cursor->at - cursor->line_start) + 1;
	token->text = &cursor->text[start];
	if (is_letter(c)) {
		token->kind = SCAN_NAME;
		while (is_letter(peek(cursor, 0)) || is_digit(peek(cursor, 0)))
			cursor->at++;
	} else if (is_digit(c) || (c == '.' && is_digit(peek(cursor, 1)))) {
		token->kind = SCAN_NUMBER;
		skip_number(cursor);
		check_number(cursor, start);
	} else if (c == '"' || c == '\'' || long_level(cursor) >= 0) {
		return read_string(cursor, token);
	} else {
		is_good = read_symbol(cursor, token);
	}
	token->size = cursor->at - start;
	if (token->kind == SCAN_NAME && is_keyword(token))
		token->kind = SCAN_KEYWORD;
	return is_good;
}

static bool
read_tokens(struct cursor *cursor)
{
	struct scan_token *end;

	if (cursor->size >= 3 && memcmp(cursor->text, "\xef\xbb\xbf", 3) == 0)
		cursor->at = cursor->line_start = 3;
	for (;;) {
		if (!skip_blank(cursor))
			return false;
		if (cursor->at >= cursor->size)
			break;
		if (!read_token(cursor))
			return false;
	}
	end = list_add(&cursor->scan->tokens);
	end->kind = SCAN_END;
	end->line = cursor->line;
	end->column = (unsigned)(cursor->at - cursor->line_start) + 1;
	end->text = "";
	return true;
}

/* ---- The whole ------------------------------------------------------- */

static bool
add_tokens(struct scan *scan, const char *file, struct bytes text)
{
	struct cursor cursor = {
		.scan = scan,
		.file = file,
		.text = (const char *)text.at,
		.size = text.size,
		.line = 1,
	};

	return read_tokens(&cursor);
}

struct scan *
scan_tokens(const char *file, struct bytes text)
{
	struct scan *scan = arena_alloc(1, sizeof *scan);

	scan->file = file;
	return add_tokens(scan, file, text) ? scan : NULL;
}

bool
scan_append(struct scan *scan, const char *file, struct bytes text)
{
	struct scan_file *other = list_add(&scan->others);

	other->name = file;
	other->first = (uint32_t)scan->tokens.count;
	return add_tokens(scan, file, text);
}

struct scan *
scan_text(const char *file, struct bytes text)
{
	struct scan *scan = scan_tokens(file, text);

	if (scan != NULL)
		scan_tree(scan);
	return scan;
}

size_t
scan_first(const struct scan *scan, size_t file)
{
	if (file == 0)
		return 0;
	return file <= scan->others.count ? scan->others.at[file - 1].first
					  : scan->tokens.count;
}

/* What a token adds to the number of brackets and blocks that are open. */
static int
nesting_of(const struct scan_token *token)
{
	static const char *const opening[] = { "(", "{", "[", "do", "function",
					       "then", "repeat" };
	static const char *const closing[] = { ")", "}", "]", "end", "until",
					       "elseif" };
	size_t i;

	for (i = 0; i < countof(opening); i++)
		if (scan_token_is(token, opening[i]))
			return 1;
	for (i = 0; i < countof(closing); i++)
		if (scan_token_is(token, closing[i]))
			return -1;
	return 0;	/* else closes a block and opens one */
}

size_t
scan_longest(const struct scan *scan, size_t file)
{
	size_t end = scan_first(scan, file + 1);
	size_t longest = scan_first(scan, file), i;

	for (i = longest; i < end; i++)
		if (scan->tokens.at[i].size > scan->tokens.at[longest].size)
			longest = i;
	return longest;
}

size_t
scan_deepest(const struct scan *scan, size_t file)
{
	size_t first = scan_first(scan, file), end = scan_first(scan, file + 1);
	size_t deepest = first, i;
	long depth = 0, most = 0;

	for (i = first; i < end; i++) {
		depth += nesting_of(&scan->tokens.at[i]);
		if (depth > most) {
			most = depth;
			deepest = i;
		}
	}
	return deepest;
}
