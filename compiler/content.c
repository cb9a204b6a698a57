/* SPDX-License-Identifier: ISC */
/*
 * Content: files that enter the image, read once, in an order that no file
 * system decides.
 *
 * Bodies go through the store, named by their hash; the image's assembly
 * brings them in by that name, so no path of this machine is in any object.
 */
#include "content.h"
#include "content_reader.h"
#include "instance.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum {
	FILES_MAX = 60000,	/* bucket starts are 16 bits wide */
	ERRORS_MAX = 100,	/* no more of a folder is looked at then */
};

/* ---- Reading ------------------------------------------------------------- */

static const char *
size_show(int64_t bytes)
{
	if (bytes >= 1024 * 1024)
		return arena_printf("%.1f MiB", (double)bytes / 1048576);
	if (bytes >= 1024)
		return arena_printf("%.1f KiB", (double)bytes / 1024);
	return arena_printf("%lld bytes", (long long)bytes);
}

static void
cannot_read(const struct content_reader *reader, const char *path)
{
	int error = errno;
	const char *nearest = host_nearest(path);

	diag(E0401, reader->where, reader->subject, "cannot read %s: %s", path,
	     strerror(error));
	if (error == ENOENT && nearest != NULL)
		diag_fix("%s", nearest);
}

static void
read_file(struct content_reader *reader, const char *source, const char *path,
	  int64_t size_bytes)
{
	struct content_file *file;
	struct input *input;
	struct bytes bytes;

	if (size_bytes > reader->left_bytes) {
		diag(E0403, reader->where, reader->subject,
		     "%s has %s; only %s of the image's memory are left for it",
		     source, size_show(size_bytes),
		     size_show(reader->left_bytes));
		diag_fix("leave the file out, or give image more memory");
		return;
	}
	if (!host_read(source, &bytes)) {
		cannot_read(reader, source);
		return;
	}
	reader->left_bytes -= (int64_t)bytes.size;
	file = list_add(&reader->content->files);
	file->path = path;
	file->source = source;
	file->plain = bytes;
	file->etag = "";
	input = list_add(&reader->build->inputs);
	input->name = arena_printf("%s%s", reader->subject, path);
	host_sha256(bytes, input->sha256);
	file->blob = host_hex(input->sha256, sizeof input->sha256);
}

static bool
enter_folder(struct content_reader *reader, const char *source,
	     const struct stat *status)
{
	size_t i;

	for (i = 0; i < reader->depth; i++)
		if (reader->devices[i] == status->st_dev &&
		    reader->nodes[i] == status->st_ino) {
			diag(E0401, reader->where, reader->subject,
			     "%s is a link to a folder that holds it", source);
			diag_fix("remove the link");
			return false;
		}
	if (reader->depth == CONTENT_FOLDERS_DEEP_MAX) {
		diag(E0401, reader->where, reader->subject,
		     "%s lies more than %d folders deep", source,
		     CONTENT_FOLDERS_DEEP_MAX);
		return false;
	}
	reader->devices[reader->depth] = status->st_dev;
	reader->nodes[reader->depth++] = status->st_ino;
	return true;
}

/* The folder of another purpose: "/" has no end. */
static bool
is_hopeless(const struct content_reader *reader)
{
	return reader->content->files.count > FILES_MAX / 2 ||
	       diag_count() > ERRORS_MAX;
}

static void
read_folder(struct content_reader *reader, const char *source, const char *path)
{
	const char **names;
	size_t count, i;

	if (!host_list(source, &names, &count)) {
		cannot_read(reader, source);
		return;
	}
	for (i = 0; i < count && !is_hopeless(reader); i++) {
		const char *below = host_join(source, names[i]);
		const char *name = arena_printf("%s/%s", path, names[i]);
		struct stat status;

		if (stat(below, &status) != 0) {
			cannot_read(reader, below);
		} else if (S_ISREG(status.st_mode)) {
			read_file(reader, below, name, status.st_size);
		} else if (!S_ISDIR(status.st_mode)) {
			diag(E0401, reader->where, reader->subject,
			     "%s is neither a file nor a folder", below);
		} else if (enter_folder(reader, below, &status)) {
			read_folder(reader, below, name);
			reader->depth--;
		}
	}
}

/* ---- A setting ------------------------------------------------------------ */

static void
read_files(struct content_reader *reader, const char *source)
{
	struct stat status;

	if (stat(source, &status) != 0) {
		cannot_read(reader, source);
		return;
	}
	if (!S_ISDIR(status.st_mode)) {
		diag(E0401, reader->where, reader->subject,
		     "%s is a file, not a folder", source);
		return;
	}
	if (enter_folder(reader, source, &status))
		read_folder(reader, source, "");
	if (reader->content->files.count > FILES_MAX / 2)
		diag(E0403, reader->where, reader->subject,
		     "%s holds more than %d files, the most that are served",
		     source, FILES_MAX / 2);
	if (diag_count() != 0)
		return;
	if (reader->content->files.count == 0) {
		diag(E0402, reader->where, reader->subject, "%s holds no file",
		     source);
		diag_fix("put an index.html into it");
		return;
	}
	content_complete(reader);
}

static void
read_single(struct content_reader *reader, const char *source)
{
	struct content_file *file;
	struct stat status;

	if (stat(source, &status) != 0) {
		cannot_read(reader, source);
		return;
	}
	if (!S_ISREG(status.st_mode)) {
		diag(E0401, reader->where, reader->subject,
		     "%s is no file", source);
		return;
	}
	read_file(reader, source, "/", status.st_size);
	if (diag_count() != 0)
		return;
	file = &reader->content->files.at[0];
	file->symbol = arena_printf("%s_%s", reader->symbol,
				    reader->is_part
					    ? arena_copy_n(file->blob, 16)
					    : "body");
	content_store_bodies(reader);
}

static void
read_part(void *context, const struct part *part)
{
	struct content_reader *reader = context;
	const char *source;

	if (!part->is_set || (part->setting->type != TYPE_FILES &&
			      part->setting->type != TYPE_FILE))
		return;
	reader->setting = part->setting;
	reader->where = part->origin->where;
	reader->subject = part->name;
	part->value->content = arena_alloc(1, sizeof *part->value->content);
	reader->content = part->value->content;
	source = host_join(host_folder_of(reader->build->config_path),
			   part->value->text);
	if (part->setting->type == TYPE_FILES)
		read_files(reader, source);
	else
		read_single(reader, source);
}

void
content_read(struct build *build, struct instance *instance,
	     size_t setting_index)
{
	struct part whole = instance_part(instance, setting_index);
	struct content_reader reader = {
		.build = build,
		.instance = instance,
		.symbol = arena_printf("%s_%s", instance->name,
				       whole.setting->name),
		.is_part = whole.setting->type != TYPE_FILES &&
			   whole.setting->type != TYPE_FILE,
		.left_bytes = build->image.memory_bytes -
			      (int64_t)build->image.platform->load,
	};

	if (!content_holds_files(whole.setting))
		return;
	type_each_part(&whole, read_part, &reader);
	if (diag_count() == 0)
		content_find_owners(instance, setting_index);
}
