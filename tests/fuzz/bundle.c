/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a bundle, and as the bundle.json of one whose other files are
 * whole: `unicc rebuild` takes both from anybody.
 *
 * Build with compiler/ bundle_read.c tar.c manifest_root.c built.c; -lcjson
 * -lnettle. What is taken names files of the bundle only, and options that no
 * word of a command begins with.
 */
#include "../verify/memory.h"
#include "bundle.h"
#include "driver.h"

/* ---- What unpacking would ask ---------------------------------------------- */

const char *
build_root(void)
{
	return "catalogue";
}

bool
host_write(const char *path, struct bytes bytes)
{
	(void)path;
	(void)bytes;
	return false;
}

bool
host_make_folders(const char *path)
{
	(void)path;
	return false;
}

void
diag_cannot_write(const char *path)
{
	(void)path;
}

/* ---- What must hold -------------------------------------------------------- */

static void
check_bundle(const char *path)
{
	struct bundle bundle;
	size_t i;

	said_count = 0;
	if (!bundle_open(path, &bundle)) {
		assert(said_count != 0);
		return;
	}
	assert(said_count == 0);
	assert(text_starts(bundle.config, "config/"));
	assert(tar_find(&bundle.files, bundle.config) != NULL);
	for (i = 0; i < bundle.env.count; i++) {
		assert(text_starts(bundle.env.at[i], "config/"));
		assert(tar_find(&bundle.files, bundle.env.at[i]) != NULL);
	}
	for (i = 0; i < bundle.options.count; i++)
		assert(strchr(bundle.options.at[i], '=') != NULL);
}

static void
put(size_t i, const char *path, struct bytes bytes)
{
	files[i].path = path;
	/* Only read; the table is of files that are changed elsewhere. */
	files[i].at = (uint8_t *)(uintptr_t)bytes.at;
	files[i].size = bytes.size;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct bytes text = { (const uint8_t *)"x", 1 };
	static const char *const names[] = {
		"catalogue/build.lua", "config/c.lua", "config/d.env",
		"output/c.elf", "packages/p.deb",
	};
	struct tar tar = { 0 };
	struct bytes written;
	size_t i;

	put(0, "catalogue/build.lua", text);
	put(1, "raw.tar", (struct bytes){ bytes, size });
	for (i = 0; i < countof(names); i++)
		*list_add(&tar) = (struct tar_file){ names[i], text };
	*list_add(&tar) = (struct tar_file){ "bundle.json", { bytes, size } };
	written = tar_write(&tar);
	put(2, "whole.tar", written);
	files_count = 3;
	check_bundle("raw.tar");
	check_bundle("whole.tar");
	free((void *)(uintptr_t)written.at);
	arena_release();
	return 0;
}
