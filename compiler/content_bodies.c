/* SPDX-License-Identifier: ISC */
/*
 * The bodies of a setting's files, in the order of its parts: each enters the
 * image once, however many paths lead to it, as assembly that names it by its
 * hash.
 */
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "content_reader.h"
#include "content_store.h"
#include "instance.h"
#include "label.h"

/* Of type file or files, or with such parts. */
bool
content_holds_files(const struct setting *setting)
{
	size_t i;

	for (i = 0; i < setting->fields.count; i++)
		if (content_holds_files(&setting->fields.at[i]))
			return true;
	return setting->type == TYPE_FILE || setting->type == TYPE_FILES ||
	       (setting->item != NULL && content_holds_files(setting->item));
}

/* A file of a setting, and its place among all of them. */
struct owner {
	struct content_file *file;
	size_t sequence;
};
struct owners {
	LIST(struct owner) rows;
};

static void
collect(void *context, const struct part *part)
{
	struct owners *owners = context;
	struct content *content = part->value->content;
	size_t i;

	for (i = 0; content != NULL && i < content->files.count; i++) {
		size_t sequence = owners->rows.count;

		*list_add(&owners->rows) =
			(struct owner){ &content->files.at[i], sequence };
	}
}

/* All files of a setting, in the order of its parts. */
static struct owners
all_files(const struct instance *instance, size_t setting_index)
{
	struct part whole = instance_part(instance, setting_index);
	struct owners owners = { 0 };

	if (content_holds_files(whole.setting))
		type_each_part(&whole, collect, &owners);
	return owners;
}

static int
blob_compare(const void *a, const void *b)
{
	const struct owner *first = a, *second = b;
	int order = strcmp(first->file->blob, second->file->blob);

	return order != 0 ? order
			  : (first->sequence > second->sequence) -
				    (first->sequence < second->sequence);
}

/* A body enters the image once, however many paths lead to it. */
void
content_find_owners(const struct instance *instance, size_t setting_index)
{
	struct owners owners = all_files(instance, setting_index);
	size_t i;

	if (owners.rows.count != 0)
		qsort(owners.rows.at, owners.rows.count,
		      sizeof *owners.rows.at, blob_compare);
	for (i = 0; i < owners.rows.count; i++)
		owners.rows.at[i].file->owns_body =
			i == 0 || !text_equal(owners.rows.at[i - 1].file->blob,
					      owners.rows.at[i].file->blob);
}

bool
content_is_there(const struct instance *instance, size_t setting_index)
{
	struct owners owners = all_files(instance, setting_index);

	return owners.rows.count != 0;
}

const struct content_file **
content_files(const struct instance *instance, size_t setting_index,
	      size_t *count)
{
	struct owners owners = all_files(instance, setting_index);
	const struct content_file **files =
		arena_alloc(owners.rows.count + 1, sizeof *files);
	size_t i;

	for (i = 0; i < owners.rows.count; i++)
		files[i] = owners.rows.at[i].file;
	*count = owners.rows.count;
	return files;
}

const char *
content_label(const struct instance *instance, size_t setting_index,
	      const struct content_file *file)
{
	const char *label = label_of(file->source), *slash;

	if (text_starts(label, "config/"))
		return label;
	slash = strrchr(file->source, '/');
	return arena_printf("%s:%s%s",
			    instance_setting_name(instance, setting_index),
			    file->path, !text_ends(file->path, "/") ? ""
					: slash == NULL ? file->source
							: slash + 1);
}

/* ---- The assembly ---------------------------------------------------------- */

static void
write_body(struct buffer *out, const char *symbol, const char *blob,
	   size_t size_bytes)
{
	buffer_printf(out, "\t.section .rodata.%s, \"a\"\n\t.globl %s\n"
			   "\t.type %s, @object\n\t.size %s, %zu\n%s:\n"
			   "\t.incbin \"%s\"\n",
		      symbol, symbol, symbol, symbol, size_bytes, symbol, blob);
}

void
content_write_bodies(struct buffer *out, const struct instance *instance,
		     size_t setting_index)
{
	struct owners owners = all_files(instance, setting_index);
	size_t i;

	buffer_printf(out, "/* Bodies of %s, by their SHA-256. Written by unicc. "
			   "*/\n", instance_setting_name(instance, setting_index));
	for (i = 0; i < owners.rows.count; i++) {
		const struct content_file *file = owners.rows.at[i].file;

		if (!file->owns_body)
			continue;
		write_body(out, file->symbol, file->blob, file->plain.size);
		if (file->gzip_blob != NULL)
			write_body(out, arena_printf("%s_gzip", file->symbol),
				   file->gzip_blob, file->gzip_bytes);
	}
}

const char **
content_flags(size_t *count)
{
	const char **flags = arena_alloc(1, sizeof *flags);

	flags[0] = arena_printf("-I%s", content_store_folder());
	*count = 1;
	return flags;
}
