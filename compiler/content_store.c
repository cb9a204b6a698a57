/* SPDX-License-Identifier: ISC */
/* Bodies of files in the store: see content_store.h. */
#include "content_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

const char *
content_store_folder(void)
{
	return host_join(host_cache_folder(), "blobs");
}

static const char *
hash_of(struct bytes bytes)
{
	uint8_t sha256[32];

	host_sha256(bytes, sha256);
	return host_hex(sha256, sizeof sha256);
}

static bool
store(const char *blob, struct bytes bytes, const char **path)
{
	*path = host_join(content_store_folder(), blob);
	return host_exists(*path) || host_write(*path, bytes);
}

/* ---- Compressing ----------------------------------------------------------- */

/* gzip (RFC 1952) without a time and a name, at zlib's highest effort. */
static struct bytes
deflate_bytes(struct bytes plain)
{
	z_stream stream = { 0 };
	struct bytes packed = { 0 };
	size_t room;
	uint8_t *at;

	if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		return packed;
	room = deflateBound(&stream, plain.size);
	at = arena_alloc(room, 1);
	stream.next_in = (Bytef *)(uintptr_t)plain.at;
	stream.avail_in = (uInt)plain.size;
	stream.next_out = at;
	stream.avail_out = (uInt)room;
	if (deflate(&stream, Z_FINISH) == Z_STREAM_END)
		packed = (struct bytes){ at, stream.total_out };
	deflateEnd(&stream);
	return packed;
}

/*
 * The compressed form, empty where it saves less than a tenth. Cached:
 * compressing is the slowest step of a build whose content is large.
 */
static bool
compress_file(const struct content_file *file, struct bytes *packed,
	      const char **path)
{
	struct bytes plain = file->plain;
	static const struct bytes nothing;
	const char *folder = host_join(host_cache_folder(), "gzip");

	*path = host_join(folder, arena_printf("%s-%s", file->blob,
					       zlibVersion()));
	if (host_read(*path, packed))
		return true;
	*packed = deflate_bytes(plain);
	if (packed->size + plain.size / 10 >= plain.size)
		*packed = nothing;
	return host_make_folders(folder) && host_write(*path, *packed);
}

static bool
store_file(struct content_file *file, bool has_gzip, const char **path)
{
	struct bytes packed;

	if (!store(file->blob, file->plain, path))
		return false;
	if (!has_gzip || file->plain.size == 0)
		return true;
	if (!compress_file(file, &packed, path))
		return false;
	if (packed.size == 0)
		return true;
	file->gzip_blob = hash_of(packed);
	file->gzip_bytes = packed.size;
	return store(file->gzip_blob, packed, path);
}

/* ---- Records --------------------------------------------------------------- */

/* In the folder of the bodies, so that they go together. */
static const char *
record_path(const struct content *content, bool has_gzip)
{
	struct buffer text = { 0 };
	const char *name;
	size_t i;

	buffer_printf(&text, "%s\n", has_gzip ? zlibVersion() : "-");
	for (i = 0; i < content->files.count; i++)
		buffer_printf(&text, "%s\n", content->files.at[i].blob);
	name = hash_of((struct bytes){ (const uint8_t *)text.at, text.size });
	free(text.at);
	return host_join(content_store_folder(),
			 arena_printf("%s.folder", name));
}

/* "HASH SIZE" of each file's compressed form, or "-"; the end. */
static const char *
read_row(const char *at, struct content_file *file)
{
	uint8_t sha256[32];
	char *end;

	if (text_starts(at, "-\n"))
		return at + 2;
	if (strnlen(at, 66) < 66 || at[64] != ' ')
		return NULL;
	file->gzip_blob = arena_copy_n(at, 64);
	if (!text_hex(file->gzip_blob, sha256, sizeof sha256))
		return NULL;
	file->gzip_bytes = strtoul(at + 65, &end, 10);
	return file->gzip_bytes != 0 && *end == '\n' ? end + 1 : NULL;
}

static bool
read_record(const char *path, struct content *content)
{
	struct bytes bytes;
	const char *at;
	size_t i;

	if (!host_read(path, &bytes))
		return false;
	at = arena_copy_n((const char *)bytes.at, bytes.size);
	for (i = 0; at != NULL && i < content->files.count; i++)
		at = read_row(at, &content->files.at[i]);
	if (at != NULL && *at == '\0')
		return true;
	for (i = 0; i < content->files.count; i++)
		content->files.at[i].gzip_blob = NULL;
	return false;
}

static bool
write_record(const char *path, const struct content *content)
{
	struct buffer text = { 0 };
	bool is_written;
	size_t i;

	for (i = 0; i < content->files.count; i++) {
		const struct content_file *file = &content->files.at[i];

		if (file->gzip_blob == NULL)
			buffer_printf(&text, "-\n");
		else
			buffer_printf(&text, "%s %zu\n", file->gzip_blob,
				      file->gzip_bytes);
	}
	is_written = host_write(path, (struct bytes){
		(const uint8_t *)text.at, text.size });
	free(text.at);
	return is_written;
}

bool
content_store(struct content *content, bool has_gzip, const char **path)
{
	const char *record = record_path(content, has_gzip);
	size_t i;

	if (read_record(record, content))
		return true;
	*path = content_store_folder();
	if (!host_make_folders(*path))
		return false;
	for (i = 0; i < content->files.count; i++)
		if (!store_file(&content->files.at[i], has_gzip, path))
			return false;
	*path = record;
	return write_record(record, content);
}
