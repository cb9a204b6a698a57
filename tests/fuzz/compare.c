/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as the outputs of two builds, and as C in which a function is
 * looked for: `unicc verify`, `rebuild` and `affected` take them from anybody.
 *
 * Build with compiler/ compare.c affected_find.c elf.c elf_parts.c; -lcjson
 * -lelf -lnettle. What differs has a place and a text; what does not, none.
 */
#include "../verify/memory.h"
#include "affected.h"
#include "compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *const names[] = {
		"f.elf", "f.debug", "f.json", "f.qemu",
	};
	struct bytes whole = { bytes, size }, first, second;
	struct difference difference;
	const char *condition;
	size_t i, half = size / 2;

	first = (struct bytes){ bytes, half };
	second = (struct bytes){ bytes + half, size - half };
	for (i = 0; i < countof(names); i++) {
		assert(!compare_output(names[i], whole, whole, whole,
				       &difference));
		if (compare_output(names[i], first, second, whole, &difference))
			assert(difference.text[0] != '\0');
		if (compare_output(names[i], whole, second, whole, &difference))
			assert(difference.text[0] != '\0');
	}
	affected_find(whole, "f", &condition);
	assert(condition != NULL);
	arena_release();
	return 0;
}
