/* SPDX-License-Identifier: ISC */
/* Writing and reading tar files; see tar.h. */
#include "tar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_BYTES = 512,
	CHECKSUM_AT = 148,
	CHECKSUM_BYTES = 8,
	FILES_MAX = 100000,
};

struct header {
	char name[100];
	char mode[8], uid[8], gid[8];
	char size[12], mtime[12];
	char checksum[CHECKSUM_BYTES];
	char type;
	char link[100];
	char magic[8];
	char user[32], group[32];
	char major[8], minor[8];
	char prefix[155];
	char rest[12];
};

_Static_assert(sizeof(struct header) == BLOCK_BYTES, "a header is a block");

static const char magic[8] = { 'u', 's', 't', 'a', 'r', '\0', '0', '0' };

/* ---- Names ----------------------------------------------------------------- */

static bool
is_part(const char *part, size_t size)
{
	return size != 0 && !(part[0] == '.' && size == 1) &&
	       !(part[0] == '.' && part[1] == '.' && size == 2);
}

/* Where a name is cut into prefix and name; its size if it need not be. */
static size_t
split(const char *name)
{
	size_t size = strlen(name), i;

	if (size <= sizeof((struct header *)NULL)->name)
		return size;
	for (i = size - 1; i > 0; i--)
		if (name[i] == '/' && size - i - 1 <= 100 && i <= 155)
			return i;
	return 0;
}

bool
tar_is_name(const char *name)
{
	const char *part = name;
	size_t size;

	do {
		size = strcspn(part, "/");
		if (!is_part(part, size))
			return false;
		part += size;
	} while (*part++ == '/');
	for (; *name != '\0'; name++)
		if ((unsigned char)*name < ' ' || *name == 127 || *name == '\\')
			return false;
	return true;
}

/* ---- Writing --------------------------------------------------------------- */

static unsigned
checksum(const struct header *header)
{
	const uint8_t *at = (const uint8_t *)header;
	unsigned sum = 0;
	size_t i;

	for (i = 0; i < BLOCK_BYTES; i++)
		sum += i - CHECKSUM_AT < CHECKSUM_BYTES ? ' ' : at[i];
	return sum;
}

/* The header of a file; its name can be written. */
static struct header
make_header(const char *name, size_t size_bytes)
{
	struct header header = { .type = '0' };
	size_t cut = split(name);

	if (name[cut] == '\0') {
		memcpy(header.name, name, cut);
	} else {
		memcpy(header.prefix, name, cut);
		memcpy(header.name, name + cut + 1, strlen(name + cut + 1));
	}
	memcpy(header.mode, "0000644", 8);
	memcpy(header.uid, "0000000", 8);
	memcpy(header.gid, "0000000", 8);
	memcpy(header.mtime, "00000000000", 12);
	snprintf(header.size, sizeof header.size, "%011llo",
		 (unsigned long long)size_bytes);
	memcpy(header.magic, magic, sizeof magic);
	snprintf(header.checksum, sizeof header.checksum, "%06o",
		 checksum(&header));
	header.checksum[7] = ' ';
	return header;
}

static int
name_compare(const void *a, const void *b)
{
	const struct tar_file *first = a, *second = b;

	return strcmp(first->name, second->name);
}

struct bytes
tar_write(struct tar *files)
{
	static const char zeros[2 * BLOCK_BYTES];
	struct buffer out = { 0 };
	struct header header;
	size_t i, kept = 0;

	if (files->count != 0)
		qsort(files->at, files->count, sizeof *files->at, name_compare);
	for (i = 0; i < files->count; i++)
		if (kept == 0 || !text_equal(files->at[i].name,
					     files->at[kept - 1].name))
			files->at[kept++] = files->at[i];
	files->count = kept;
	for (i = 0; i < kept; i++) {
		const struct tar_file *file = &files->at[i];

		header = make_header(file->name, file->bytes.size);
		buffer_add(&out, &header, sizeof header);
		buffer_add(&out, file->bytes.at, file->bytes.size);
		buffer_add(&out, zeros, -file->bytes.size % BLOCK_BYTES);
	}
	buffer_add(&out, zeros, sizeof zeros);
	return (struct bytes){ (const uint8_t *)out.at, out.size };
}

/* ---- Reading --------------------------------------------------------------- */

/* 11 octal digits and a NUL. */
static bool
read_size(const char *text, size_t *size)
{
	size_t i;

	*size = 0;
	for (i = 0; i < 11; i++) {
		if (text[i] < '0' || text[i] > '7')
			return false;
		*size = *size * 8 + (size_t)(text[i] - '0');
	}
	return text[11] == '\0';
}

static const char *
name_of(const struct header *header)
{
	const char *name = arena_copy_n(header->name,
					strnlen(header->name,
						sizeof header->name));
	const char *prefix = arena_copy_n(header->prefix,
					  strnlen(header->prefix,
						  sizeof header->prefix));

	return prefix[0] == '\0' ? name
				 : arena_printf("%s/%s", prefix, name);
}

static bool
is_zero(const uint8_t *at, size_t size)
{
	while (size != 0 && *at == 0) {
		at++;
		size--;
	}
	return size == 0;
}

/* Take the next file; *rest moves behind it. */
static const char *
read_file(struct bytes *rest, struct tar *files)
{
	struct header header, expected;
	const char *name;
	size_t size, room;

	if (rest->size < BLOCK_BYTES)
		return "it is cut short";
	memcpy(&header, rest->at, sizeof header);
	name = name_of(&header);
	if (memcmp(header.magic, magic, sizeof magic) != 0)
		return "it is no tar file of unicc";
	if (!read_size(header.size, &size))
		return "a size in it is no number";
	if (header.type != '0')
		return arena_printf("%s is no regular file", text_utf8(name));
	if (!tar_is_name(name) || split(name) == 0)
		return arena_printf("%s is no name of a file in a bundle",
				    text_utf8(name));
	if (files->count != 0 &&
	    strcmp(files->at[files->count - 1].name, name) >= 0)
		return arena_printf("%s is not in order", text_utf8(name));
	expected = make_header(name, size);
	if (memcmp(&header, &expected, sizeof header) != 0)
		return arena_printf("the header of %s is not as unicc writes "
				    "it", text_utf8(name));
	room = rest->size - BLOCK_BYTES;
	if (size > room || -size % BLOCK_BYTES > room - size)
		return "it is cut short";
	*list_add(files) = (struct tar_file){
		name, { rest->at + BLOCK_BYTES, size } };
	if (!is_zero(rest->at + BLOCK_BYTES + size, -size % BLOCK_BYTES))
		return "it holds bytes that belong to no file";
	size += BLOCK_BYTES + -size % BLOCK_BYTES;
	*rest = (struct bytes){ rest->at + size, rest->size - size };
	return NULL;
}

const char *
tar_read(struct bytes bytes, struct tar *files)
{
	const char *wrong;

	*files = (struct tar){ 0 };
	while (bytes.size != 2 * BLOCK_BYTES ||
	       !is_zero(bytes.at, bytes.size)) {
		wrong = files->count == FILES_MAX
				? "it holds too many files"
				: read_file(&bytes, files);
		if (wrong != NULL)
			return wrong;
	}
	return NULL;
}

const struct tar_file *
tar_find(const struct tar *files, const char *name)
{
	struct tar_file key = { name, { NULL, 0 } };

	if (files->count == 0)
		return NULL;
	return bsearch(&key, files->at, files->count, sizeof key, name_compare);
}
