/* SPDX-License-Identifier: ISC */
/*
 * memcmp, eight bytes at a time: musl's goes byte by byte, and requests and
 * routes are compared with every answer.
 */
#include <stdint.h>
#include <string.h>

#undef memcmp

/* Eight bytes as a number that compares as the bytes do. */
static uint64_t
load(const unsigned char *at)
{
	uint64_t value;

	__builtin_memcpy(&value, at, sizeof value);
	return __builtin_bswap64(value);
}

int
memcmp(const void *left, const void *right, size_t size)
{
	const unsigned char *a = left, *b = right;

	for (; size >= 8; size -= 8, a += 8, b += 8) {
		uint64_t x = load(a), y = load(b);

		if (x != y)
			return x < y ? -1 : 1;
	}
	for (; size != 0; size--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}
