/* SPDX-License-Identifier: ISC */
/*
 * The text for liblua: one token a line, strings quoted anew, and guards.
 *
 * Lua's integers wrap without a word. So a guard, a value whose metamethods
 * compute and compare (script_guard.c), stands between an operator and its
 * right side:
 *
 *     a * b + c    becomes    a *G* b +G+ c    that is ((((a * G) * b) + G) + c)
 *     -a                      -G^a             that is -(G ^ a)
 *     { [a] = b }             { [G(a)] = b }   to see that no key comes twice
 *
 * Operators of one precedence go from left to right, so this computes what was
 * written, whatever stands around it, and nothing has to be parsed. ^ binds
 * tighter than a sign, and is no operator of a configuration.
 */
#include "scan_tree.h"

/* Those whose result may not fit. A right shift by less than 0 is a left one. */
static bool
can_overflow(const struct scan_token *token)
{
	static const char *const operators[] = { "+", "-", "*", "//", "<<",
						 ">>" };
	size_t i;

	for (i = 0; i < countof(operators); i++)
		if (scan_token_is(token, operators[i]))
			return true;
	return false;
}

/* Can a value end with this token, so that an operator follows? */
static bool
ends_value(const struct scan_token *token)
{
	static const char *const ends[] = { ")", "]", "}", "...", "nil", "true",
					    "false", "end" };
	size_t i;

	if (token->kind == SCAN_NAME || token->kind == SCAN_NUMBER ||
	    token->kind == SCAN_STRING)
		return true;
	for (i = 0; i < countof(ends); i++)
		if (scan_token_is(token, ends[i]))
			return true;
	return false;
}

static void
emit_string(const struct scan_token *token, struct buffer *out)
{
	size_t i;

	buffer_add(out, "\"", 1);
	for (i = 0; i < token->size; i++) {
		unsigned char c = (unsigned char)token->text[i];

		if (c >= ' ' && c <= '~' && c != '"' && c != '\\')
			buffer_add(out, &c, 1);
		else
			buffer_printf(out, "\\%03u", c);
	}
	buffer_add(out, "\"", 1);
}

/* The bracket of a key that is computed, at its own end or the other. */
static bool
is_computed_key(const struct scan *scan, const struct scan_token *bracket)
{
	return bracket->partner != 0 && bracket->constructor != 0 &&
	       scan_token_is(bracket, "[") &&
	       scan_is(scan, bracket->partner, "]");
}

static void
emit_guarded(const struct scan *scan, size_t first, size_t at,
	     const char *guard, struct buffer *out)
{
	const struct scan_token *token = &scan->tokens.at[at];
	bool is_binary = at != first && ends_value(token - 1);

	if (token->kind == SCAN_NUMBER &&
	    !scan_number_fits(token->text, token->size, false))
		buffer_printf(out, "%s()", guard);
	else if (is_computed_key(scan, token))
		buffer_printf(out, "[%s(", guard);
	else if (scan_token_is(token, "]") && token->partner != 0 &&
		 is_computed_key(scan, &scan->tokens.at[token->partner]))
		buffer_printf(out, ")]");
	else if (can_overflow(token) && is_binary)
		buffer_printf(out, "%.*s%s%.*s", (int)token->size, token->text,
			      guard, (int)token->size, token->text);
	else if (scan_token_is(token, "-") && token[1].kind != SCAN_NUMBER)
		buffer_printf(out, "-%s^", guard);
	else
		buffer_add(out, token->text, token->size);
}

void
scan_emit(const struct scan *scan, size_t file, const char *guard,
	  struct buffer *out)
{
	size_t first = scan_first(scan, file);
	size_t end = scan_first(scan, file + 1) - 1, i;

	/* A local is at hand everywhere, and no global of that name is left. */
	if (guard != NULL)
		buffer_printf(out, "local %s=%s _ENV.%s=nil ", guard, guard,
			      guard);
	for (i = first; i < end; i++) {
		const struct scan_token *token = &scan->tokens.at[i];

		if (token->kind == SCAN_STRING)
			emit_string(token, out);
		else if (guard != NULL)
			emit_guarded(scan, first, i, guard, out);
		else
			buffer_add(out, token->text, token->size);
		buffer_add(out, "\n", 1);
	}
}

/*
 * Digits alone, or 0x and hex digits alone, are a whole number; liblua takes
 * the former for a float if it is too large, and the lower bits of the latter.
 */
bool
scan_number_fits(const char *text, size_t size, bool is_negative)
{
	uint64_t max = (uint64_t)INT64_MAX + is_negative;
	uint64_t number = 0, base = 10, digit;
	bool fits = true;
	size_t i = 0;

	if (size > 2 && text[0] == '0' && (text[1] | 0x20) == 'x') {
		base = 16;
		i = 2;
	}
	for (; i < size; i++) {
		char c = (char)(text[i] | 0x20);

		if (text[i] >= '0' && text[i] <= '9')
			digit = (uint64_t)(text[i] - '0');
		else if (base == 16 && c >= 'a' && c <= 'f')
			digit = (uint64_t)c - 'a' + 10;
		else
			return true;
		fits = fits && number <= (max - digit) / base;
		if (fits)
			number = number * base + digit;
	}
	return fits;
}

const char *
scan_shorten(const char *text, size_t size)
{
	return arena_printf("%.*s%s", size < 60 ? (int)size : 60, text,
			    size < 60 ? "" : "...");
}
