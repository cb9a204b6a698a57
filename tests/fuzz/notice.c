/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a source file: what it says of its licence. Modules are anybody's.
 *
 * Build with compiler/notice.c and host.c; -lnettle.
 */
#include <assert.h>
#include <string.h>

#include "arena.h"
#include "notice.h"

static void
is_utf8(const char *text)
{
	assert(text_equal(text_utf8(text), text));
}

static void
read_notice(struct bytes text)
{
	struct notice notice = notice_read(text);
	size_t i;

	assert(notice.texts.count <= notice.licenses.count);
	for (i = 0; i < notice.licenses.count; i++) {
		is_utf8(notice.licenses.at[i]);
		assert(strchr(notice.licenses.at[i], '\n') == NULL);
	}
	for (i = 0; i < notice.texts.count; i++) {
		is_utf8(notice.texts.at[i].text);
		assert(text_starts(notice.texts.at[i].id, "LicenseRef-"));
	}
	for (i = 0; i < notice.copyrights.count; i++) {
		is_utf8(notice.copyrights.at[i]);
		assert(strchr(notice.copyrights.at[i], '\n') == NULL);
	}
	assert(!notice.is_license_unclear || notice.licenses.count == 0);
	assert(!notice.is_copyright_unclear || notice.copyrights.count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	read_notice((struct bytes){ bytes, size });
	arena_release();
	return 0;
}
