/* SPDX-License-Identifier: ISC */
/*
 * What the compiler's parsers see while they are fuzzed: errors are counted,
 * the catalogue is the repository's, and the input is every file of a folder
 * called fuzz. Run from the repository's root.
 */
#ifndef FUZZ_REPOSITORY_H
#define FUZZ_REPOSITORY_H

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "arena.h"
#include "unicc.h"

/* ---- Errors: counted; their texts are made, so that all of it is read  */

static size_t diag_number;

void
diag(enum diag_code code, struct where where, const char *subject,
     const char *format, ...)
{
	va_list args;

	assert(code < DIAG_CODES);
	assert(where.file == NULL || where.line == 0 || where.column != 0);
	assert(subject == NULL || strlen(subject) < SIZE_MAX);
	va_start(args, format);
	assert(arena_vprintf(format, args)[0] != '\0');
	va_end(args);
	diag_number++;
}

void
diag_also(struct where where, const char *format, ...)
{
	va_list args;

	(void)where;
	assert(diag_number != 0);
	va_start(args, format);
	arena_vprintf(format, args);
	va_end(args);
}

void
diag_fix(const char *format, ...)
{
	va_list args;

	assert(diag_number != 0);
	va_start(args, format);
	assert(arena_vprintf(format, args)[0] != '\0');
	va_end(args);
}

size_t
diag_count(void)
{
	return diag_number;
}

/* ---- Files: the input, and the catalogue of the repository ----------- */

/* Read in place of every file below fuzz/. */
static struct bytes input;

/* The only name in the folder fuzz; NULL: it cannot be listed. */
static const char *input_name;

/* The catalogue has a module more, whose settings hold others. */
static const char *
real_path(const char *path)
{
	return text_starts(path, "stdlib/relay")
		       ? arena_printf("tests/reject/%s", path + 7) : path;
}

/* Only a long name of a folder and the record of a file need these. */
void
host_sha256(struct bytes bytes, uint8_t sha256[32])
{
	memset(sha256, (int)bytes.size & 255, 32);
}

bool
host_read(const char *path, struct bytes *bytes)
{
	FILE *file;
	uint8_t *at;
	size_t room = 1 << 20;

	if (text_starts(path, "fuzz/")) {
		*bytes = input;
		return true;
	}
	file = fopen(real_path(path), "rb");
	if (file == NULL)
		return false;
	at = arena_alloc(room, 1);
	*bytes = (struct bytes){ at, fread(at, 1, room, file) };
	fclose(file);
	return true;
}

const char *
host_nearest(const char *path)
{
	(void)path;
	return NULL;
}

const char *
host_read_error(void)
{
	return "it cannot be read";
}

bool
host_exists(const char *path)
{
	FILE *file;

	/* The folder of the input is no folder of modules. */
	if (text_starts(path, "fuzz/"))
		return true;
	file = fopen(real_path(path), "rb");
	if (file != NULL)
		fclose(file);
	return file != NULL;
}

bool
host_list(const char *path, const char ***names, size_t *names_count)
{
	static const char *drivers[] = { "lapic_timer", "rdrand", "rtc", "uart",
					 "virtio_net", "virtio_rng" };
	static const char *stdlib[] = { "hello", "httpd", "relay",
					"tcpip" };
	bool is_drivers = text_equal(path, "drivers");

	if (text_equal(path, "fuzz") && input_name != NULL) {
		*names = &input_name;
		*names_count = 1;
		return true;
	}
	if (!is_drivers && !text_equal(path, "stdlib"))
		return false;
	*names = is_drivers ? drivers : stdlib;
	*names_count = is_drivers ? countof(drivers) : countof(stdlib);
	return true;
}

const char *
host_join(const char *folder, const char *name)
{
	return text_equal(folder, ".") ? name
				       : arena_printf("%s/%s", folder, name);
}

const char *
host_folder_of(const char *path)
{
	(void)path;
	return "fuzz";
}

/* ---- The catalogue, read once ------------------------------------------ */

static struct catalogue *catalogue;

int LLVMFuzzerInitialize(int *argc, char ***argv);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	size_t i;

	(void)argc;
	(void)argv;
	catalogue = catalogue_read(".");
	for (i = 0; i < catalogue->modules.count; i++)
		catalogue_module(catalogue, catalogue->modules.at[i]->name);
	if (diag_number != 0 || catalogue->modules.count < 5) {
		fputs("run from the repository's root\n", stderr);
		exit(1);
	}
	arena_keep();
	return 0;
}

#endif
