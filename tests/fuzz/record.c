/* SPDX-License-Identifier: ISC */
/*
 * Any bytes as a record of the store, which a crash may have torn.
 *
 * Build with compiler/record.c compiler/label.c.
 *
 * Every file of a record exists here and has the hash 0, every object is empty.
 * What is found is kept anew, and is found so again.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "label.h"
#include "record.h"
#include "unicc.h"

static struct bytes input;
static struct buffer written;

bool
host_read(const char *path, struct bytes *bytes)
{
	(void)path;
	*bytes = input;
	return true;
}

bool
host_write(const char *path, struct bytes bytes)
{
	(void)path;
	buffer_add(&written, bytes.at, bytes.size);
	return true;
}

bool
host_exists(const char *path)
{
	return path[0] == '/' && strlen(path) % 3 == 0;
}

bool
host_make_folders(const char *path)
{
	(void)path;
	return true;
}

const char *
host_folder_of(const char *path)
{
	return path;
}

const char *
host_hex(const uint8_t *bytes, size_t size)
{
	char *text = arena_alloc(2 * size + 1, 1);
	size_t i;

	for (i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return text;
}

struct read_file *
store_file(const char *path)
{
	struct read_file *file = arena_alloc(1, sizeof *file);

	file->path = label_absolute(path);
	file->label = label_of(file->path);
	return file;
}

const char *
store_path(const char *kind, const uint8_t key[32])
{
	(void)key;
	return text_equal(kind, "objects") ? "/dev/null" : "fuzz";
}

void
store_use(const char *path)
{
	(void)path;
}

static void
compare(const struct record *a, const struct record *b)
{
	size_t i;

	assert(memcmp(a->object, b->object, 32) == 0);
	assert(a->object_bytes == b->object_bytes);
	assert(text_equal(a->said, b->said));
	assert(a->reads_count == b->reads_count);
	for (i = 0; i < a->reads_count; i++)
		assert(text_equal(a->reads[i]->path, b->reads[i]->path));
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	label_add("/catalogue", "");
	label_add("/catalogue/generated", "generated/");
	arena_keep();
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const char *folders[] = { "/catalogue/stdlib", "/catalogue" };
	static const uint8_t key[32];
	struct include_path path = { folders, countof(folders), 1 };
	struct record found = { 0 }, again = { 0 };

	input = (struct bytes){ bytes, size };
	written = (struct buffer){ 0 };
	if (record_find(key, &path, &found)) {
		assert(found.reads_count != 0);
		input = (struct bytes){ (const uint8_t *)"", 0 };
		record_keep(key, &path, &found);
		input = (struct bytes){ (const uint8_t *)written.at,
					written.size };
		assert(record_find(key, &path, &again));
		compare(&found, &again);
	}
	free(written.at);
	arena_release();
	return 0;
}
