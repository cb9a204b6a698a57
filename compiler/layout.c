/* SPDX-License-Identifier: ISC */
/* An order of sections from a seed; see layout.h. */
#include "layout.h"

#include <string.h>

/*
 * lld permutes the sections that a pattern matches by a number of 32 bits; 0
 * would mean a random one, and 2^32 - 1 the reverse. Each kind gets its own.
 */
static uint32_t
number_of(const char *kind, const char *seed)
{
	const char *text = arena_printf("unicc layout 1\n%s\n%s\n", kind, seed);
	uint8_t sha256[32];
	uint32_t number;

	host_sha256((struct bytes){ (const uint8_t *)text, strlen(text) },
		    sha256);
	number = (uint32_t)sha256[0] | (uint32_t)sha256[1] << 8 |
		 (uint32_t)sha256[2] << 16 | (uint32_t)sha256[3] << 24;
	return number == 0 || number == UINT32_MAX ? 1 : number;
}

size_t
layout_flags(const struct image *image, const char *flags[LAYOUT_FLAGS])
{
	static const char *const kinds[LAYOUT_FLAGS] = {
		".text.*", ".rodata.*", ".data.*", ".bss.*",
	};
	size_t i;

	if (image->layout_seed == NULL)
		return 0;
	for (i = 0; i < LAYOUT_FLAGS; i++)
		flags[i] = arena_printf("--shuffle-sections=%s=%u", kinds[i],
					number_of(kinds[i],
						  image->layout_seed));
	return LAYOUT_FLAGS;
}
