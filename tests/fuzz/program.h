/* SPDX-License-Identifier: ISC */
/* The input of a fuzz target as a program: a few bytes an action, zeros behind
 * its end. */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <stddef.h>
#include <stdint.h>

static const uint8_t *input;
static size_t input_bytes;

static inline uint8_t
next_byte(void)
{
	if (input_bytes == 0)
		return 0;
	input_bytes--;
	return *input++;
}

static inline uint16_t
next_word(void)
{
	uint16_t low = next_byte();

	return (uint16_t)(low | next_byte() << 8);
}

#endif
