/* SPDX-License-Identifier: ISC */
/*
 * An order of sections from a seed; see layout.h.
 *
 * Each function and object has a section of its own. Those with a name are
 * ordered by a hash of the seed and the name, and the linker takes that order:
 * one of as many as there are, so that a few addresses that leaked tell no
 * other. What has no name, such as tables of jumps, the linker orders by numbers
 * of 32 bits, and behind what has one.
 */
#include "layout.h"

#include <stdlib.h>
#include <string.h>

#include "object.h"

const struct setting layout_seed = {
	.name = "layout_seed", .type = TYPE_TEXT, .min = 1, .max = 64,
};

const char *
layout_seed_of(const char *seed, const char *name)
{
	const char *text = arena_printf("%s/%s", seed, name);
	uint8_t sha256[32];

	host_sha256((struct bytes){ (const uint8_t *)text, strlen(text) },
		    sha256);
	return host_hex(sha256, sizeof sha256);
}

static void
hash(const char *kind, const char *seed, const char *name, uint8_t sha256[32])
{
	const char *text = arena_printf("unicc layout 2\n%s\n%zu %s\n%s\n",
					kind, strlen(seed), seed, name);

	host_sha256((struct bytes){ (const uint8_t *)text, strlen(text) },
		    sha256);
}

/* For lld 0 would mean a random number, and 2^32 - 1 the reverse. */
static uint32_t
number_of(const char *kind, const char *seed)
{
	uint8_t sha256[32];
	uint32_t number;

	hash(kind, seed, "", sha256);
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

struct place {
	const char *name;
	uint8_t sha256[32];
};

static int
place_order(const void *a, const void *b)
{
	const struct place *first = a, *second = b;

	return memcmp(first->sha256, second->sha256, sizeof first->sha256);
}

struct bytes
layout_order(const struct build *build)
{
	LIST(struct place) places = { 0 };
	struct object_names names;
	struct buffer text = { 0 };
	size_t i, j;

	for (i = 0; i < build->units.count; i++) {
		object_names(build->units.at[i].object, &names);
		for (j = 0; j < names.own.count; j++) {
			struct place *place = list_add(&places);

			place->name = names.own.at[j];
			hash("order", build->image.layout_seed, place->name,
			     place->sha256);
		}
	}
	if (places.count != 0)
		qsort(places.at, places.count, sizeof *places.at, place_order);
	for (i = 0; i < places.count; i++)
		if (i == 0 ||
		    !text_equal(places.at[i - 1].name, places.at[i].name))
			buffer_printf(&text, "%s\n", places.at[i].name);
	return (struct bytes){ (const uint8_t *)text.at, text.size };
}
