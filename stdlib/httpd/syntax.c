/* SPDX-License-Identifier: ISC */
/*
 * The alphabets of HTTP, and finding and comparing words of it. Nothing here
 * keeps state, reads beyond the end it is given, or knows a request.
 *
 * at .. end is always a run of bytes, end excluded, within a line that is
 * followed by its CR. No alphabet holds a control character, so that a run of
 * one ends there at the latest.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Called from many places: a copy in each costs the image more than the calls
 * cost a request. */
#define NOT_INLINE __attribute__((noinline))

enum {
	IN_TOKEN = 1,	/* a token (RFC 9110, 5.6.2) */
	IN_TARGET = 2,	/* a request target: visible, and no fragment */
	IN_PATH = 4,	/* stands for itself in a path; "." needs a look */
	IN_HOST = 8,	/* host and port (RFC 9110, 7.2; RFC 3986, 3.2.2) */
};

#define IS_WITHIN(c, first, last) ((c) >= (first) && (c) <= (last))
#define IS_ALNUM(c)                                                    \
	(IS_WITHIN(c, '0', '9') || IS_WITHIN(c, 'A', 'Z') ||           \
	 IS_WITHIN(c, 'a', 'z'))
#define IS_SUBDELIM(c)                                                 \
	((c) == '!' || (c) == '$' || IS_WITHIN(c, '&', ',') ||         \
	 (c) == ';' || (c) == '=')
#define IS_TOKEN(c)                                                    \
	(IS_ALNUM(c) || (c) == '!' || IS_WITHIN(c, '#', '\'') ||       \
	 (c) == '*' || (c) == '+' || (c) == '-' || (c) == '.' ||       \
	 IS_WITHIN(c, '^', '`') || (c) == '|' || (c) == '~')
#define IS_TARGET(c) (IS_WITHIN(c, 0x21, 0x7e) && (c) != '#')
#define IS_PATH(c)                                                     \
	(IS_TARGET(c) && (c) != '%' && (c) != '?' && (c) != '.')
#define IS_HOST(c)                                                     \
	(IS_ALNUM(c) || IS_SUBDELIM(c) || (c) == '-' || (c) == '.' ||  \
	 (c) == '_' || (c) == '~' || (c) == '%' || (c) == ':' ||       \
	 (c) == '[' || (c) == ']')

#define ALPHABETS(c)                                                   \
	((IS_TOKEN(c) ? IN_TOKEN : 0) | (IS_TARGET(c) ? IN_TARGET : 0) | \
	 (IS_PATH(c) ? IN_PATH : 0) | (IS_HOST(c) ? IN_HOST : 0))
#define FOUR(c) ALPHABETS(c), ALPHABETS(c + 1), ALPHABETS(c + 2), \
	ALPHABETS(c + 3)
#define SIXTEEN(c) FOUR(c), FOUR(c + 4), FOUR(c + 8), FOUR(c + 12)

/* No byte above 0x7e is in any of them. */
static const uint8_t alphabets[256] = {
	SIXTEEN(0x00), SIXTEEN(0x10), SIXTEEN(0x20), SIXTEEN(0x30),
	SIXTEEN(0x40), SIXTEEN(0x50), SIXTEEN(0x60), SIXTEEN(0x70),
};

/* The first byte that is not in the alphabet; the line's CR ends every run. */
static const uint8_t *
skip_alphabet(const uint8_t *at, unsigned alphabet)
{
	while ((alphabets[*at] & alphabet) != 0)
		at++;
	return at;
}

/* Little-endian on every machine; one load where that is the machine's way. */
static uint64_t
load_word(const uint8_t *at)
{
	return (uint64_t)at[0] | (uint64_t)at[1] << 8 |
	       (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
	       (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 |
	       (uint64_t)at[6] << 48 | (uint64_t)at[7] << 56;
}

static uint32_t
load_half(const uint8_t *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 |
	       (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

/* The same from four or eight characters known at build time. */
#define HALF(a, b, c, d)                                               \
	((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 |    \
	 (uint32_t)(d) << 24)
#define WORD(a, b, c, d, e, f, g, h)                                   \
	((uint64_t)HALF(a, b, c, d) | (uint64_t)HALF(e, f, g, h) << 32)

/*
 * The first control character but TAB, or end: eight bytes a step. A byte
 * below 0x20 borrows into its top bit when 0x20 is subtracted; the lowest
 * such bit is exact, those above it may be borrows. Here end is that of all
 * bytes received, not of a line.
 */
static const uint8_t *
find_control(const uint8_t *at, const uint8_t *end)
{
	const uint64_t ones = 0x0101010101010101;

	for (;;) {
		uint64_t marks = 0;

		for (; end - at >= 8; at += 8) {
			uint64_t word = load_word(at);

			marks = (word - 0x20 * ones) & ~word & 0x80 * ones;
			if (marks != 0)
				break;
		}
		if (marks != 0)
			at += (unsigned)__builtin_ctzll(marks) / 8;
		else
			while (at != end && *at >= 0x20)
				at++;
		if (at == end || *at != '\t')
			return at;
		at++;
	}
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool
is_digit(uint8_t c)
{
	return (uint8_t)(c - '0') < 10;
}

static const uint8_t *
skip_blanks(const uint8_t *at, const uint8_t *end)
{
	while (at != end && is_blank(*at))
		at++;
	return at;
}

static const uint8_t *
trim_blanks(const uint8_t *at, const uint8_t *end)
{
	while (end != at && is_blank(end[-1]))
		end--;
	return end;
}

/*
 * Is at .. end this word, in any case? word is of letters in lower case and
 * "-" alone, and at .. end of visible characters, so that setting bit 5 is
 * lower case and makes nothing else equal.
 */
NOT_INLINE static bool
is_word(const uint8_t *at, const uint8_t *end, const char *word,
	size_t word_bytes)
{
	size_t i;

	if ((size_t)(end - at) != word_bytes)
		return false;
	for (i = 0; i < word_bytes; i++)
		if ((at[i] | 0x20) != word[i])
			return false;
	return true;
}

#define IS_WORD(at, end, word) is_word(at, end, word, sizeof(word) - 1)

/*
 * The next element of a comma-separated list (RFC 9110, 5.6.1): returns its
 * start and sets *element_end, both without blanks; moves *at behind it. NULL
 * at the end of the list. Empty elements are passed over.
 */
static const uint8_t *
next_element(const uint8_t **at, const uint8_t *end,
	     const uint8_t **element_end)
{
	const uint8_t *start, *stop = *at;

	for (;;) {
		start = skip_blanks(stop, end);
		if (start == end)
			return NULL;
		if (*start != ',')
			break;
		stop = start + 1;
	}
	stop = start;
	while (stop != end && *stop != ',')
		stop++;
	*at = stop;
	*element_end = trim_blanks(start, stop);
	return start;
}

/*
 * Read the decimal digits from at on into *number, which stays at UINT32_MAX
 * when there are more than it holds; the first byte behind them.
 */
NOT_INLINE static const uint8_t *
read_number(const uint8_t *at, const uint8_t *end, uint32_t *number)
{
	uint64_t sum = 0;

	for (; at != end && is_digit(*at); at++)
		if (sum < UINT32_MAX)
			sum = sum * 10 + (uint64_t)(*at - '0');
	*number = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
	return at;
}

/* The value of a hexadecimal digit, or -1. */
static int
hex_value(uint8_t c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
