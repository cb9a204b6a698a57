/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as an image's manifest, and any bytes as the image: `unicc verify`
 * takes both from anybody.
 *
 * Build with compiler/ verify_files.c built.c manifest_root.c identity.c elf.c
 * elf_parts.c; -lcjson -lelf -lnettle. Whatever is not exactly a manifest as
 * unicc writes it draws an error.
 */
#include "../verify/memory.h"

static void
check_manifest(struct bytes file)
{
	struct manifest manifest;
	struct bytes again;

	said_count = 0;
	if (!manifest_open("fuzz.manifest.json", file, &manifest)) {
		assert(said_count != 0);
		return;
	}
	if (said_count == 0) {
		manifest_root_set(manifest.whole);
		again = manifest_print(manifest.whole);
		assert(again.size == file.size);
		assert(memcmp(again.at, file.at, file.size) == 0);
	}
	manifest_close(&manifest);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct verification verification;
	struct bytes file = { bytes, size };
	/* Verification only reads; the table is of files that are changed. */
	uint8_t *at = (uint8_t *)(uintptr_t)bytes;

	files[0].path = "fuzz/fuzz.elf";
	files[1].path = "fuzz/fuzz.manifest.json";
	files[0].at = files[1].at = at;
	files[0].size = files[1].size = size;
	files_count = 2;
	check_manifest(file);
	said_count = 0;
	verify_files(files[0].path, &verification);
	verify_folder(&verification);
	/* The same bytes cannot be an image and its manifest. */
	assert(said_count != 0);
	manifest_close(&verification.manifest);
	arena_release();
	return 0;
}
