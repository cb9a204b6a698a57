/* SPDX-License-Identifier: ISC */
/* Content of a host build of httpd; content.h says what it guarantees. */
#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

#include "content.h"

struct file content_entries[CONTENT_FILES_MAX];
uint16_t content_starts[CONTENT_BUCKETS + 1];
static size_t entries_count;

static void
add_entry(struct file file)
{
	assert(entries_count < CONTENT_FILES_MAX);
	file.path_bytes = (uint32_t)strlen(file.path);
	file.hash = files_hash(file.path, file.path_bytes);
	content_entries[entries_count++] = file;
}

static struct file_form
form(const char *type, const char *etag, const void *bytes, size_t size_bytes,
     bool is_gzip, bool varies)
{
	const char *head = httpd_response_head(type, size_bytes, etag, is_gzip,
					       varies);

	assert(head != NULL);
	return (struct file_form){
		.bytes = bytes,
		.size_bytes = (uint32_t)size_bytes,
		.head_bytes = (uint32_t)strlen(head),
		.head = strdup(head),
	};
}

void
content_add(const char *path, const char *type, const void *bytes,
	    size_t size_bytes, const void *gzip, size_t gzip_bytes)
{
	static const char index[] = "/index.html";
	struct file file = { .path = path, .type = type };
	size_t path_bytes = strlen(path);
	char *etag;

	if (asprintf(&etag, "\"%08x%08lx\"", files_hash(bytes, size_bytes),
		     (unsigned long)crc32(0, bytes, (uInt)size_bytes)) < 0)
		abort();
	file.etag = etag;
	file.plain = form(type, etag, bytes, size_bytes, false, gzip != NULL);
	if (gzip != NULL)
		file.gzip = form(type, etag, gzip, gzip_bytes, true, true);
	add_entry(file);
	if (path_bytes < sizeof index - 1 ||
	    strcmp(path + path_bytes - (sizeof index - 1), index) != 0)
		return;
	file.path = strndup(path, path_bytes - (sizeof index - 2));
	add_entry(file);
}

static int
compare(const void *a, const void *b)
{
	const struct file *first = a, *second = b;
	uint32_t first_bucket = first->hash & (CONTENT_BUCKETS - 1);
	uint32_t second_bucket = second->hash & (CONTENT_BUCKETS - 1);

	return first_bucket != second_bucket ?
	       (first_bucket < second_bucket ? -1 : 1) :
	       strcmp(first->path, second->path);
}

void
content_lay_out(void)
{
	size_t i, bucket = 0;

	qsort(content_entries, entries_count, sizeof content_entries[0],
	      compare);
	for (i = 0; i < entries_count; i++)
		while (bucket <= (content_entries[i].hash &
				  (CONTENT_BUCKETS - 1)))
			content_starts[bucket++] = (uint16_t)i;
	while (bucket <= CONTENT_BUCKETS)
		content_starts[bucket++] = (uint16_t)entries_count;
}

/* ---- Folders --------------------------------------------------------------- */

static const char *
type_of(const char *path)
{
	static const char *const types[][2] = {
		{ ".html", "text/html; charset=utf-8" },
		{ ".css", "text/css; charset=utf-8" },
		{ ".js", "text/javascript; charset=utf-8" },
		{ ".svg", "image/svg+xml" },
		{ ".png", "image/png" },
		{ ".txt", "text/plain; charset=utf-8" },
	};
	const char *dot = strrchr(path, '.');
	size_t i;

	for (i = 0; dot != NULL && i < sizeof types / sizeof types[0]; i++)
		if (strcmp(dot, types[i][0]) == 0)
			return types[i][1];
	return "application/octet-stream";
}

static void *
compress_bytes(const void *bytes, size_t size_bytes, size_t *gzip_bytes)
{
	z_stream stream = { 0 };
	size_t bound;
	void *gzip;

	if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	bound = deflateBound(&stream, (uLong)size_bytes);
	gzip = malloc(bound);
	stream.next_in = (Bytef *)(uintptr_t)bytes;
	stream.avail_in = (uInt)size_bytes;
	stream.next_out = gzip;
	stream.avail_out = (uInt)bound;
	if (gzip == NULL || deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort();
	deflateEnd(&stream);
	*gzip_bytes = stream.total_out;
	if (*gzip_bytes <= size_bytes - size_bytes / 10)
		return gzip;
	free(gzip);
	return NULL;
}

static void
add_file(const char *source, const char *path)
{
	FILE *stream = fopen(source, "rb");
	struct stat status;
	size_t gzip_bytes = 0, size_bytes;
	void *bytes, *gzip;

	if (stream == NULL || fstat(fileno(stream), &status) != 0) {
		perror(source);
		exit(1);
	}
	size_bytes = (size_t)status.st_size;
	bytes = malloc(size_bytes + 1);
	if (bytes == NULL || fread(bytes, 1, size_bytes, stream) != size_bytes)
		abort();
	fclose(stream);
	gzip = compress_bytes(bytes, size_bytes, &gzip_bytes);
	content_add(path, type_of(path), bytes, size_bytes, gzip, gzip_bytes);
}

static void
walk(const char *folder, const char *path)
{
	DIR *directory = opendir(folder);
	struct dirent *entry;

	if (directory == NULL) {
		perror(folder);
		exit(1);
	}
	while ((entry = readdir(directory)) != NULL) {
		char *source, *name;
		struct stat status;

		if (strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		if (asprintf(&source, "%s/%s", folder, entry->d_name) < 0 ||
		    asprintf(&name, "%s/%s", path, entry->d_name) < 0)
			abort();
		if (stat(source, &status) != 0) {
			perror(source);
			exit(1);
		}
		if (S_ISDIR(status.st_mode)) {
			walk(source, name);
			free(name);
		} else {
			add_file(source, name);
		}
		free(source);
	}
	closedir(directory);
}

void
content_add_folder(const char *folder)
{
	walk(folder, "");
	content_lay_out();
}
