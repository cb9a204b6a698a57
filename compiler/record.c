/* SPDX-License-Identifier: ISC */
/*
 * Records on disk: text, one fact a line, an entry from "object" to "end".
 *
 *     object SHA256 BYTES
 *     said LINE                      as often as the compiler spoke
 *     read SHA256 FOLDER LABEL       FOLDER: first of the include path that
 *     end                            has a file of this name, or -1
 */
#include "record.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "label.h"
#include "unicc.h"

/* More sets of headers than this under one key are not worth searching. */
enum { ENTRIES_MAX = 16 };

/*
 * A header is found in the first folder that has its name. The one read lies
 * below some folder of the path; the name within that one decides.
 */
static int
find_first(const struct include_path *path, const struct read_file *file)
{
	const char *rest = NULL;
	size_t i, j, size;

	for (i = 0; i < path->count && rest == NULL; i++) {
		size = strlen(path->folders[i]);
		if (strncmp(file->path, path->folders[i], size) == 0 &&
		    file->path[size] == '/')
			rest = file->path + size;
	}
	if (rest == NULL)
		return -1;
	for (j = 0; j + 1 < i; j++)
		if (host_exists(arena_printf("%s%s", path->folders[j], rest)))
			return (int)j;
	return (int)i - 1;
}

static int
found_in(const struct include_path *path, struct read_file *file)
{
	if (file->found_by != path->number) {
		file->found_in = find_first(path, file);
		file->found_by = path->number;
	}
	return file->found_in;
}

/* The next line of text, ended in place; NULL at the end. */
static char *
take_line(char **text)
{
	char *line = *text, *end = strchr(line, '\n');

	if (end == NULL)
		return NULL;
	*end = '\0';
	*text = end + 1;
	return line;
}

/* "SHA256 FOLDER LABEL": does the file still stand so? */
static struct read_file *
read_holds(const char *line, const struct include_path *path)
{
	struct read_file *file;
	const char *full;
	char *rest;
	long first;

	if (strlen(line) < 67)
		return NULL;
	first = strtol(line + 65, &rest, 10);
	full = label_path(rest + (*rest == ' '));
	file = full == NULL ? NULL : store_file(full);
	if (file == NULL || strncmp(host_hex(file->sha256, 32), line, 64) != 0)
		return NULL;
	return found_in(path, file) == first ? file : NULL;
}

static bool
object_holds(const char *line, struct record *record)
{
	struct stat status;

	if (strlen(line) < 66 || !text_hex(line, record->object, 32))
		return false;
	record->object_bytes = strtoll(line + 65, NULL, 10);
	return stat(store_path("objects", record->object), &status) == 0 &&
	       status.st_size == record->object_bytes;
}

/* Read one entry; *holds tells whether it may be used. */
static bool
read_entry(char **text, const struct include_path *path,
	   struct record *record, bool *holds)
{
	LIST(struct read_file *) reads = { 0 };
	struct buffer said = { 0 };
	struct read_file *file;
	char *line;

	*holds = false;
	while ((line = take_line(text)) != NULL && !text_equal(line, "end")) {
		if (text_starts(line, "object ")) {
			*holds = object_holds(line + 7, record);
		} else if (text_starts(line, "said ")) {
			buffer_printf(&said, "%s\n", line + 5);
		} else if (text_starts(line, "read ") && *holds) {
			file = read_holds(line + 5, path);
			*holds = file != NULL;
			if (*holds)
				*list_add(&reads) = file;
		}
	}
	record->said = said.at == NULL ? "" : arena_copy(said.at);
	free(said.at);
	record->reads = reads.at;
	record->reads_count = reads.count;
	*holds = *holds && line != NULL && reads.count != 0;
	return line != NULL;
}

bool
record_find(const uint8_t key[32], const struct include_path *path,
	    struct record *record)
{
	struct bytes bytes;
	bool holds = false;
	char *text;

	if (!host_read(store_path("records", key), &bytes))
		return false;
	text = arena_copy_n((const char *)bytes.at, bytes.size);
	while (!holds && read_entry(&text, path, record, &holds))
		continue;
	if (holds) {
		store_use(store_path("records", key));
		store_use(store_path("objects", record->object));
	}
	return holds;
}

static void
write_entry(struct buffer *text, const struct include_path *path,
	    const struct record *record)
{
	const char *line = record->said;
	size_t i, size;

	buffer_printf(text, "object %s %lld\n", host_hex(record->object, 32),
		      record->object_bytes);
	for (; *line != '\0'; line += size + (line[size] == '\n')) {
		size = strcspn(line, "\n");
		buffer_printf(text, "said %.*s\n", (int)size, line);
	}
	for (i = 0; i < record->reads_count; i++)
		buffer_printf(text, "read %s %d %s\n",
			      host_hex(record->reads[i]->sha256, 32),
			      found_in(path, record->reads[i]),
			      record->reads[i]->label);
	buffer_printf(text, "end\n");
}

/* The size of the first entries of a record, whole ones. */
static size_t
entries_size(const char *text, size_t entries)
{
	const char *at = text, *end;

	while (entries-- != 0 && (end = strstr(at, "\nend\n")) != NULL)
		at = end + 5;
	return (size_t)(at - text);
}

void
record_keep(const uint8_t key[32], const struct include_path *path,
	    const struct record *record)
{
	const char *place = store_path("records", key), *old;
	struct buffer text = { 0 };
	struct bytes bytes;

	write_entry(&text, path, record);
	/* Two makers at once: one entry may be lost, none is torn. */
	if (host_read(place, &bytes)) {
		old = arena_copy_n((const char *)bytes.at, bytes.size);
		buffer_add(&text, old, entries_size(old, ENTRIES_MAX - 1));
	}
	if (host_make_folders(host_folder_of(place)))
		host_write(place, (struct bytes){ (const uint8_t *)text.at,
						  text.size });
	free(text.at);
}
