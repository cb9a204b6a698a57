/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a bundle: `unicc rebuild` takes it from anybody.
 *
 * Build with compiler/tar.c. What is taken is written again to the same bytes,
 * and no name in it leads out of the folder it is unpacked into.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"
#include "tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct bytes file = { bytes, size }, again;
	struct tar files;
	size_t i;

	if (tar_read(file, &files) == NULL) {
		for (i = 0; i < files.count; i++) {
			const char *name = files.at[i].name;

			assert(name[0] != '/' && name[0] != '\0');
			assert(strstr(name, "//") == NULL);
			assert(!text_starts(name, "../"));
			assert(strstr(name, "/../") == NULL);
			assert(!text_ends(name, "/..") && !text_equal(name, ".."));
			assert(tar_find(&files, name) == &files.at[i]);
		}
		again = tar_write(&files);
		assert(again.size == size);
		assert(memcmp(again.at, bytes, size) == 0);
	}
	arena_release();
	return 0;
}
