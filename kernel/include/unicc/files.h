/* SPDX-License-Identifier: ISC */
/*
 * A frozen folder of files: the C form of a setting of type files.
 *
 * unicc reads the folder at build time and writes a hash table whose slots
 * are ordered by bucket: bucket b holds entries bucket_starts[b] up to
 * bucket_starts[b + 1]. kernel/check.c lays it out at build time with the
 * functions below, which read it.
 */
#ifndef UNICC_FILES_H
#define UNICC_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* One form of a file: its bytes as they are, or compressed. */
struct file_form {
	const uint8_t *bytes;	/* NULL: this form does not exist */
	uint32_t size_bytes;
	uint32_t head_bytes;
	const char *head;	/* what the module's build-time function made of it */
};

struct file {
	const char *path;	/* "/index.html"; also "/" for an index */
	uint32_t path_bytes;
	uint32_t hash;
	struct file_form plain;
	struct file_form gzip;
	const char *type;	/* the media type, from the module's map setting */
	const char *etag;	/* quoted: "\"5d41402abc4b2a76\"", of the plain bytes;
				 * "": the setting names no function for it */
};

/* A single file inside of another value: a setting of type record, list, map. */
struct blob {
	const uint8_t *bytes;	/* NULL: not given */
	uint64_t size_bytes;
};

struct files {
	const struct file *entries;
	const uint16_t *bucket_starts;	/* buckets_count + 1 of them */
	uint32_t buckets_count;		/* a power of two */
};

/* FNV-1a, 32 bits (draft-eastlake-fnv). */
static inline uint32_t
files_hash(const char *path, size_t path_bytes)
{
	uint32_t hash = 0x811c9dc5;
	size_t i;

	for (i = 0; i < path_bytes; i++)
		hash = (hash ^ (uint8_t)path[i]) * 0x01000193;
	return hash;
}

static inline uint32_t
files_bucket(uint32_t hash, uint32_t buckets_count)
{
	return hash & (buckets_count - 1);
}

/* The file at path, which need not end with NUL; NULL if there is none. */
static inline const struct file *
files_find(const struct files *files, const char *path, size_t path_bytes)
{
	uint32_t hash = files_hash(path, path_bytes);
	uint32_t bucket = files_bucket(hash, files->buckets_count);
	const struct file *file = files->entries + files->bucket_starts[bucket];
	const struct file *end = files->entries +
				 files->bucket_starts[bucket + 1];

	for (; file != end; file++)
		if (file->hash == hash && file->path_bytes == path_bytes &&
		    memcmp(file->path, path, path_bytes) == 0)
			return file;
	return NULL;
}

#endif
