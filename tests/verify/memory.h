/* SPDX-License-Identifier: ISC */
/*
 * What verification sees while it is tested: files that lie in memory, and
 * errors of which the first is kept. In place of host.c, diag.c and base.c.
 */
#ifndef VERIFY_MEMORY_H
#define VERIFY_MEMORY_H

#include <assert.h>
#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#include "../fuzz/arena.h"
#include "built.h"
#include "verify.h"

enum { FILES_MAX = 32 };

static struct {
	const char *path;
	uint8_t *at;
	size_t size;
	/* Its hash is asked for over and over, and stays while it is whole. */
	bool is_hashed;
	uint8_t sha256[32];
} files[FILES_MAX];
static size_t files_count;

/* ---- Files ----------------------------------------------------------------- */

bool
host_read(const char *path, struct bytes *bytes)
{
	size_t i;

	for (i = 0; i < files_count; i++)
		if (text_equal(files[i].path, path)) {
			*bytes = (struct bytes){ files[i].at, files[i].size };
			return true;
		}
	errno = ENOENT;
	return false;
}

const char *
host_read_error(void)
{
	return strerror(errno);
}

/* What stands between a folder's name and the next slash, or NULL. */
static const char *
name_below(const char *folder, const char *path)
{
	size_t size = strlen(folder);

	if (!text_starts(path, folder) || path[size] != '/')
		return NULL;
	path += size + 1;
	return arena_copy_n(path, strcspn(path, "/"));
}

bool
host_list(const char *path, const char ***names, size_t *names_count)
{
	const char *name;
	size_t i, count = 0;

	*names = arena_alloc(files_count, sizeof **names);
	for (i = 0; i < files_count; i++) {
		name = name_below(path, files[i].path);
		if (name == NULL || (count != 0 && text_equal(name, (*names)[count - 1])))
			continue;
		(*names)[count++] = name;
	}
	*names_count = count;
	return count != 0;
}

bool
host_exists(const char *path)
{
	size_t i;

	for (i = 0; i < files_count; i++)
		if (text_equal(files[i].path, path) ||
		    name_below(path, files[i].path) != NULL)
			return true;
	return false;
}

const char *
host_folder_of(const char *path)
{
	return arena_copy_n(path, (size_t)(strrchr(path, '/') - path));
}

const char *
host_join(const char *folder, const char *name)
{
	return arena_printf("%s/%s", folder, name);
}

void
host_sha256(struct bytes bytes, uint8_t sha256[32])
{
	struct sha256_ctx context;
	size_t i;

	for (i = 0; i < files_count; i++)
		if (files[i].is_hashed && bytes.at == files[i].at &&
		    bytes.size == files[i].size) {
			memcpy(sha256, files[i].sha256, 32);
			return;
		}
	sha256_init(&context);
	sha256_update(&context, bytes.size, bytes.at);
	sha256_digest(&context, 32, sha256);
}

const char *
host_hex(const uint8_t *bytes, size_t size)
{
	char *text = arena_alloc(size * 2 + 1, 1);
	size_t i;

	for (i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return text;
}

/* ---- Errors ---------------------------------------------------------------- */

static size_t said_count;
static enum diag_code said_code;
static char said_file[512], said_subject[512];

void
diag_fix(const char *format, ...)
{
	(void)format;
}

void
diag(enum diag_code code, struct where where, const char *subject,
     const char *format, ...)
{
	va_list args;

	va_start(args, format);
	assert(arena_vprintf(format, args)[0] != '\0');
	va_end(args);
	assert(code < DIAG_CODES);
	if (said_count++ != 0)
		return;
	said_code = code;
	snprintf(said_file, sizeof said_file, "%s", where.file);
	snprintf(said_subject, sizeof said_subject, "%s",
		 subject == NULL ? "" : subject);
}

size_t
diag_count(void)
{
	return said_count;
}

#endif
