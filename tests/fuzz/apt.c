/* SPDX-License-Identifier: ISC */
/*
 * Any text as a list of apt's sources, in both of its forms.
 *
 * Build with compiler/apt.c compiler/host.c; -lnettle.
 *
 * What is written asks for sources only, has as many lines as was read, and
 * stays as it is when it is taken again.
 */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include "apt.h"
#include "arena.h"

static size_t
count_lines(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text += strcspn(text, "\n") + (*text == '\n'))
		count += *text == '\n';
	return count;
}

static void
check_lines(const char *text, bool is_deb822, const char *type)
{
	const char *other = text_equal(type, "deb") ? "deb-src " : "deb ";
	const char *types = arena_printf("Types: %s", type);

	while (*text != '\0') {
		size_t size = strcspn(text, "\n");

		assert(is_deb822 || strncmp(text, other, strlen(other)) != 0);
		if (is_deb822 && strncasecmp(text, "Types:", 6) == 0)
			assert(size == strlen(types) &&
			       memcmp(text, types, size) == 0);
		text += size + (text[size] == '\n');
	}
}

static void
convert(const char *text, bool is_deb822, const char *type)
{
	struct buffer once = { 0 }, twice = { 0 };

	apt_sources_list(&once, text, is_deb822, type);
	if (once.at != NULL) {
		check_lines(once.at, is_deb822, type);
		apt_sources_list(&twice, once.at, is_deb822, type);
		assert(text_equal(once.at, twice.at));
		/* Nothing is lost but the lines of source packages. */
		assert(text_equal(type, "deb") ||
		       count_lines(once.at) >= count_lines(text));
	}
	free(once.at);
	free(twice.at);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *text = arena_copy_n((const char *)bytes, size);

	convert(text, false, "deb");
	convert(text, false, "deb-src");
	convert(text, true, "deb");
	convert(text, true, "deb-src");
	arena_release();
	return 0;
}
