/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a console's log, and as an HTTP answer: `unicc verify --live`
 * takes them from any machine.
 *
 * Build with compiler/banner.c. What is found stands in the text, with both
 * roots in small letters; an answer is nothing else.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "banner.h"

enum { LINE_BYTES = 144 };	/* behind the name */

static void
write_hex(char *out, const uint8_t root[ELF_HASH_BYTES])
{
	size_t i;

	for (i = 0; i < ELF_HASH_BYTES; i++)
		snprintf(out + 2 * i, 3, "%02x", root[i]);
}

/* Where the banner's line, without the name that stands before it, begins; it
 * does. */
static const uint8_t *
find(struct bytes text, const struct banner *banner)
{
	char line[LINE_BYTES + 1], code[65], instance[65];
	const uint8_t *at;

	write_hex(code, banner->code_root);
	write_hex(instance, banner->instance_root);
	snprintf(line, sizeof line, " code %s instance %s", code, instance);
	assert(text.size > 1);
	at = memmem(text.at + 1, text.size - 1, line, LINE_BYTES);
	assert(at != NULL);
	return at;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bytes text = { bytes, size };
	struct banner banner, answer;
	bool is_found = banner_in_log(text, &banner);

	if (is_found)
		find(text, &banner);
	if (banner_is_answer(text, &answer)) {
		assert(is_found);
		assert(memcmp(&banner, &answer, sizeof banner) == 0);
		assert(find(text, &answer) + LINE_BYTES + 1 == bytes + size);
	}
	arena_release();
	return 0;
}
