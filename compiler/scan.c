/* SPDX-License-Identifier: ISC */
/*
 * The scanner of Lua tokens: see scan.h.
 *
 * Tokens are cut as liblua cuts them (Lua 5.4 manual, 3.1), so that the two
 * count alike; what is merely suspicious (3x, an unknown symbol order) is left
 * to liblua, whose line number then names the token.
 */
#include "scan.h"

#include <stdlib.h>
#include <string.h>

/* ---- Characters ------------------------------------------------------ */

struct cursor {
	struct scan *scan;
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
	return (struct where){ cursor->scan->file, cursor->line,
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
token_is(const struct scan_token *token, const char *text)
{
	return token->kind != SCAN_STRING && token->size != 0 &&
	       token->text[0] == text[0] && strlen(text) == token->size &&
	       memcmp(token->text, text, token->size) == 0;
}

static bool
is_keyword(const struct scan_token *token)
{
	size_t i;

	for (i = 0; i < countof(keywords); i++)
		if (token_is(token, keywords[i]))
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

/* ---- The tree -------------------------------------------------------- */

/* An open bracket, or a block from its keyword to its end. */
struct frame {
	uint32_t token;
	char kind;		/* ( [ { or b for a block */
	bool is_at_field;	/* of {: the next token starts a field */
};

struct tree {
	struct scan *scan;
	LIST(struct frame) frames;
};

static const struct scan_token *
token_at(const struct scan *scan, size_t index)
{
	return &scan->tokens.at[index < scan->tokens.count
					? index
					: scan->tokens.count - 1];
}

bool
scan_is(const struct scan *scan, size_t token, const char *text)
{
	return token_is(token_at(scan, token), text);
}

/* A decimal or hexadecimal integer that fits, as liblua would take it. */
static bool
token_integer(const struct scan_token *token, int64_t *number)
{
	char text[24], *end;
	size_t i;

	if (token->kind != SCAN_NUMBER || token->size >= sizeof text)
		return false;
	for (i = 0; i < token->size; i++)
		if (!is_digit(token->text[i]))
			return false;
	memcpy(text, token->text, token->size);
	text[token->size] = '\0';
	*number = strtoll(text, &end, 10);
	return *end == '\0' && token->size < 19;
}

static void
add_field(struct scan *scan, uint32_t open, uint32_t at)
{
	struct scan_constructor *constructor =
		&scan->constructors.at[scan->tokens.at[open].constructor - 1];
	const struct scan_token *token = token_at(scan, at);
	struct scan_key *key;

	if (token->kind == SCAN_NAME && scan_is(scan, at + 1, "=")) {
		key = list_add(&constructor->keys);
		*key = (struct scan_key){ token->text, token->size, 0, at,
					  at + 2 };
	} else if (token_is(token, "[")) {
		const struct scan_token *inner = token_at(scan, at + 1);
		struct scan_key found = { .key = at, .value = at + 4 };

		if (!scan_is(scan, at + 2, "]") || !scan_is(scan, at + 3, "="))
			return;
		if (inner->kind == SCAN_STRING) {
			found.text = inner->text;
			found.size = inner->size;
		} else if (!token_integer(inner, &found.number)) {
			return;
		}
		*list_add(&constructor->keys) = found;
	} else {
		key = list_add(&constructor->keys);
		*key = (struct scan_key){ NULL, 0, ++constructor->items_count,
					  at, at };
	}
}

/* Every name in NAME, NAME = of a statement that is no local and no for. */
static void
add_assignments(struct scan *scan, uint32_t equals)
{
	uint32_t at = equals, first;

	for (first = equals; first >= 1; first -= 2) {
		const struct scan_token *name = token_at(scan, first - 1);

		if (name->kind != SCAN_NAME)
			return;
		if (first < 2 || !scan_is(scan, first - 2, ","))
			break;
	}
	if (first < 1)
		return;
	if (first >= 2 &&
	    (scan_is(scan, first - 2, ".") || scan_is(scan, first - 2, "local") ||
	     scan_is(scan, first - 2, "for")))
		return;
	for (; at >= first; at -= 2) {
		const struct scan_token *name = token_at(scan, at - 1);
		struct scan_assignment *assignment =
			list_add(&scan->assignments);

		assignment->name = arena_copy_n(name->text, name->size);
		assignment->token = at - 1;
		if (at < 2)
			break;
	}
}

static void
push(struct tree *tree, uint32_t token, char kind)
{
	struct frame *frame = list_add(&tree->frames);

	frame->token = token;
	frame->kind = kind;
	frame->is_at_field = kind == '{';
	if (kind == '{') {
		struct scan *scan = tree->scan;

		list_add(&scan->constructors)->open = token;
		scan->tokens.at[token].constructor =
			(uint32_t)scan->constructors.count;
	}
}

/* A bracket without its partner is liblua's to report. */
static void
pop(struct tree *tree, uint32_t token, char kind)
{
	struct frame *top = tree->frames.count == 0
				? NULL
				: &tree->frames.at[tree->frames.count - 1];

	if (top == NULL || top->kind != kind)
		return;
	tree->scan->tokens.at[top->token].partner = token;
	tree->scan->tokens.at[token].partner = top->token;
	tree->frames.count--;
}

static void
follow_keyword(struct tree *tree, uint32_t at)
{
	static const char *const openers[] = { "function", "if", "do",
					       "repeat" };
	size_t i;

	for (i = 0; i < countof(openers); i++)
		if (scan_is(tree->scan, at, openers[i]))
			push(tree, at, 'b');
	if (scan_is(tree->scan, at, "end") || scan_is(tree->scan, at, "until"))
		pop(tree, at, 'b');
}

static void
follow_symbol(struct tree *tree, uint32_t at)
{
	const struct scan_token *token = token_at(tree->scan, at);

	if (token->size != 1)
		return;
	switch (token->text[0]) {
	case '(': case '[': case '{':
		push(tree, at, token->text[0]);
		break;
	case ')':
		pop(tree, at, '(');
		break;
	case ']':
		pop(tree, at, '[');
		break;
	case '}':
		pop(tree, at, '{');
		break;
	default:
		break;
	}
}

static void
follow_token(struct tree *tree, uint32_t at)
{
	struct scan *scan = tree->scan;
	const struct scan_token *token = token_at(scan, at);
	struct frame *top = tree->frames.count == 0
				? NULL
				: &tree->frames.at[tree->frames.count - 1];

	if (top != NULL && top->kind == '{') {
		if (token_is(token, ",") || token_is(token, ";")) {
			top->is_at_field = true;
		} else if (top->is_at_field && !token_is(token, "}")) {
			top->is_at_field = false;
			add_field(scan, top->token, at);
		}
	} else if (token_is(token, "=") && (top == NULL || top->kind == 'b')) {
		add_assignments(scan, at);
	}
	if (token->kind == SCAN_NAME && scan_is(scan, at, "instance") &&
	    scan_is(scan, at + 1, "(") &&
	    token_at(scan, at + 2)->kind == SCAN_STRING) {
		struct scan_assignment *made = list_add(&scan->assignments);

		made->name = token_at(scan, at + 2)->text;
		made->token = at + 2;
	}
	if (token->kind == SCAN_KEYWORD)
		follow_keyword(tree, at);
	else if (token->kind == SCAN_SYMBOL)
		follow_symbol(tree, at);
}

/* ---- Sorting and looking up ------------------------------------------ */

static int
order_of(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* Numbers before texts; texts bytewise. */
static int
key_compare(const struct scan_key *a, const struct scan_key *b)
{
	size_t shared = a->size < b->size ? a->size : b->size;
	int order;

	if (a->text == NULL || b->text == NULL) {
		if (a->text == NULL && b->text == NULL)
			return (a->number > b->number) - (a->number < b->number);
		return a->text == NULL ? -1 : 1;
	}
	order = memcmp(a->text, b->text, shared);
	return order != 0 ? order : order_of(a->size, b->size);
}

static int
key_order(const void *a, const void *b)
{
	const struct scan_key *first = a, *second = b;
	int order = key_compare(first, second);

	return order != 0 ? order : order_of(first->key, second->key);
}

static int
assignment_order(const void *a, const void *b)
{
	const struct scan_assignment *first = a, *second = b;
	int order = strcmp(first->name, second->name);

	return order != 0 ? order : order_of(first->token, second->token);
}

static void
report_duplicates(const struct scan *scan,
		  const struct scan_constructor *constructor)
{
	size_t i;

	for (i = 1; i < constructor->keys.count; i++) {
		const struct scan_key *first = &constructor->keys.at[i - 1];
		const struct scan_key *again = &constructor->keys.at[i];
		const char *name;

		if (key_compare(first, again) != 0)
			continue;
		name = again->text != NULL
			? again->text
			: arena_printf("%lld", (long long)again->number);
		diag(E0106, scan_where(scan, again->key),
		     again->text != NULL ? arena_copy_n(name, again->size) : name,
		     "given twice in one table");
		diag_also(scan_where(scan, first->key), "first given here");
		diag_fix("keep one of the two");
	}
}

static void
build_tree(struct scan *scan)
{
	struct tree tree = { .scan = scan };
	size_t i;

	for (i = 0; i < scan->tokens.count; i++)
		follow_token(&tree, (uint32_t)i);
	for (i = 0; i < scan->constructors.count; i++) {
		struct scan_constructor *constructor = &scan->constructors.at[i];

		if (constructor->keys.count != 0)
			qsort(constructor->keys.at, constructor->keys.count,
			      sizeof *constructor->keys.at, key_order);
		report_duplicates(scan, constructor);
	}
	if (scan->assignments.count != 0)
		qsort(scan->assignments.at, scan->assignments.count,
		      sizeof *scan->assignments.at, assignment_order);
}

struct scan *
scan_text(const char *file, struct bytes text)
{
	struct scan *scan = arena_alloc(1, sizeof *scan);
	struct cursor cursor = {
		.scan = scan,
		.text = (const char *)text.at,
		.size = text.size,
		.line = 1,
	};

	scan->file = file;
	if (!read_tokens(&cursor))
		return NULL;
	build_tree(scan);
	return scan;
}

void
scan_emit(const struct scan *scan, struct buffer *out)
{
	size_t i, j;

	for (i = 0; i + 1 < scan->tokens.count; i++) {
		const struct scan_token *token = &scan->tokens.at[i];

		if (token->kind != SCAN_STRING) {
			buffer_add(out, token->text, token->size);
			buffer_add(out, "\n", 1);
			continue;
		}
		buffer_add(out, "\"", 1);
		for (j = 0; j < token->size; j++) {
			unsigned char c = (unsigned char)token->text[j];

			if (c >= ' ' && c <= '~' && c != '"' && c != '\\')
				buffer_add(out, &c, 1);
			else
				buffer_printf(out, "\\%03u", c);
		}
		buffer_add(out, "\"\n", 2);
	}
}

struct where
scan_where(const struct scan *scan, size_t token)
{
	const struct scan_token *at = token_at(scan, token);

	return (struct where){ scan->file, at->line, at->column };
}

const struct scan_constructor *
scan_constructor(const struct scan *scan, size_t token)
{
	const struct scan_token *open = token_at(scan, token);
	const struct scan_token *next;

	if (open->constructor == 0 || open->partner == 0)
		return NULL;
	/* { } or x, { } .. x: the value is not the table written here. */
	next = token_at(scan, (size_t)open->partner + 1);
	if (next->kind == SCAN_KEYWORD
		    ? token_is(next, "or") || token_is(next, "and")
		    : next->kind == SCAN_SYMBOL &&
			      strchr(",;})]=(", next->text[0]) == NULL)
		return NULL;
	return &scan->constructors.at[open->constructor - 1];
}

size_t
scan_callee(const struct scan *scan, size_t call)
{
	const struct scan_token *token = token_at(scan, call);

	if (call == 0 || token->kind == SCAN_NAME ||
	    token_at(scan, call - 1)->kind != SCAN_NAME)
		return call;
	if (token->kind == SCAN_STRING || token_is(token, "{") ||
	    token_is(token, "(") || token_is(token, ".") ||
	    token_is(token, ":"))
		return call - 1;
	return call;
}

size_t
scan_call_argument(const struct scan *scan, size_t call, unsigned link)
{
	size_t at = call;

	if (token_at(scan, at)->kind != SCAN_NAME)
		return call;
	/* The callee is NAME, NAME.NAME or NAME:NAME. */
	at++;
	while (scan_is(scan, at, ".") || scan_is(scan, at, ":"))
		at += 2;
	for (; link != 0; link--)
		at = (token_at(scan, at)->partner != 0
			      ? token_at(scan, at)->partner : at) + 1;
	if (scan_is(scan, at, "(") && scan_constructor(scan, at + 1) != NULL &&
	    token_at(scan, at + 1)->partner + 1 == token_at(scan, at)->partner)
		at++;
	return scan_constructor(scan, at) != NULL ? at : call;
}

static const struct scan_key *
find_key(const struct scan_constructor *constructor, const struct scan_key *key)
{
	size_t low = 0, high = constructor->keys.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (key_compare(&constructor->keys.at[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < constructor->keys.count &&
	    key_compare(&constructor->keys.at[low], key) == 0)
		return &constructor->keys.at[low];
	return NULL;
}

const struct scan_key *
scan_key(const struct scan_constructor *constructor, const char *text,
	 size_t size)
{
	return find_key(constructor, &(struct scan_key){ .text = text,
							 .size = size });
}

const struct scan_key *
scan_item(const struct scan_constructor *constructor, int64_t number)
{
	return find_key(constructor, &(struct scan_key){ .number = number });
}

size_t
scan_name_before(const struct scan *scan, size_t token, const char *name)
{
	size_t back;

	for (back = 0; back <= 3 && back <= token; back++)
		if (token_at(scan, token - back)->kind == SCAN_NAME &&
		    scan_is(scan, token - back, name))
			return token - back;
	return token;
}

/* The first assignment of name at token or later, as an index. */
static size_t
assignment_from(const struct scan *scan, const char *name, size_t token)
{
	size_t low = 0, high = scan->assignments.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct scan_assignment *at = &scan->assignments.at[middle];
		int order = strcmp(at->name, name);

		if (order < 0 || (order == 0 && at->token < token))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t
scan_assignment_before(const struct scan *scan, size_t token, const char *name)
{
	size_t from = assignment_from(scan, name, token + 1);

	if (from != 0 && text_equal(scan->assignments.at[from - 1].name, name))
		return scan->assignments.at[from - 1].token;
	return token;
}

bool
scan_is_assigned(const struct scan *scan, const char *name, size_t *token)
{
	size_t first = assignment_from(scan, name, 0);

	if (first == scan->assignments.count ||
	    !text_equal(scan->assignments.at[first].name, name))
		return false;
	*token = scan->assignments.at[first].token;
	return true;
}
