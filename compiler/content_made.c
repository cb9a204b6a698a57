/* SPDX-License-Identifier: ISC */
/*
 * What is made of the files of a folder: their bodies in the store, media
 * types, and the tags, heads and table that C code makes of them, the module's
 * own and the one that reads them.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "catalogue.h"
#include "content_reader.h"
#include "content_store.h"
#include "native.h"

enum { FILES_BUCKETS_MAX = 65536 };

static const struct value *
value_of(const struct content_reader *reader, const char *setting)
{
	const struct module *module = reader->instance->module;

	if (setting == NULL)
		return NULL;
	return &reader->instance->values[module_setting_index(module, setting)];
}

static const char *
media_type(const struct content_reader *reader, const char *path)
{
	const struct value *types = value_of(reader, reader->setting->types_from);
	const char *name = strrchr(path, '/') + 1, *dot = strrchr(name, '.');
	const char *other = "application/octet-stream";
	size_t i;

	for (i = 0; types != NULL && i < types->items_count; i++) {
		if (text_equal(types->keys[i], "*"))
			other = types->items[i].text;
		if (dot != NULL && dot != name &&
		    strcasecmp(dot + 1, types->keys[i]) == 0)
			return types->items[i].text;
	}
	return other;
}

/* What a file is called; what the module's own code makes of it comes after, for
 * all files at once. */
static void
complete_file(struct content_reader *reader, struct content_file *file)
{
	file->symbol = arena_printf("%s_%.16s", reader->symbol, file->blob);
	file->type = media_type(reader, file->path);
}

void
content_store_bodies(struct content_reader *reader)
{
	const struct value *gzip = value_of(reader, reader->setting->gzip_from);
	const char *path;

	if (!reader->build->is_check_only &&
	    !content_store(reader->content, gzip != NULL && gzip->number != 0,
			   &path))
		diag(E0605, reader->where, reader->subject,
		     "cannot write %s: %s", path, strerror(errno));
}

/* Have a function of the module called; false after diag(). */
static bool
call_all(struct content_reader *reader, const struct module *module,
	 const struct function *function, struct native_call *calls,
	 size_t count)
{
	const struct content *content = reader->content;
	struct native_failure failure;

	/* An empty folder was refused before. */
	assert(content->files.count != 0);
	if (native_call_all(module, function, calls, count, &failure))
		return true;
	/* Of heads there are two a file. */
	if (failure.call >= content->files.count)
		failure.call -= content->files.count;
	if (failure.call >= content->files.count)
		failure.call = 0;
	native_complain(&failure, reader->where, reader->subject,
			count == 1 ? function->name
				   : arena_printf("%s for %s", function->name,
				content->files.at[failure.call].path));
	return false;
}

static void
make_tags(struct content_reader *reader)
{
	const struct module *module = reader->instance->module;
	const struct function *function =
		module_function(module, reader->setting->tag_function);
	size_t count = reader->content->files.count, i;
	struct native_call *calls = arena_alloc(count, sizeof *calls);
	struct native_value *hashes = arena_alloc(count, sizeof *hashes);

	for (i = 0; i < count; i++) {
		uint8_t *sha256 = arena_alloc(32, 1);

		text_hex(reader->content->files.at[i].blob, sha256, 32);
		hashes[i].bytes = (struct bytes){ sha256, 32 };
		calls[i].arguments = &hashes[i];
	}
	if (!call_all(reader, module, function, calls, count))
		return;
	for (i = 0; i < count; i++)
		if (calls[i].result.value.text != NULL)
			reader->content->files.at[i].etag =
				calls[i].result.value.text;
}

/* What a head is made of, by the names of the function's arguments. */
static const struct native_value *
head_arguments(const struct function *function, const struct content_file *file,
	       bool is_gzip)
{
	struct native_value *arguments = arena_alloc(
		function->arguments_count + 1, sizeof *arguments);
	size_t i;

	for (i = 0; i < function->arguments_count; i++) {
		const char *name = function->argument_names[i];
		struct value *value = &arguments[i].value;

		if (text_equal(name, "type"))
			value->text = file->type;
		else if (text_equal(name, "etag"))
			value->text = file->etag;
		else if (text_equal(name, "path"))
			value->text = file->path;
		else if (text_equal(name, "size"))
			value->number = (int64_t)(is_gzip ? file->gzip_bytes
							  : file->plain.size);
		else if (text_equal(name, "gzip"))
			value->number = is_gzip;
		else if (text_equal(name, "varies"))
			value->number = file->gzip_blob != NULL;
	}
	return arguments;
}

/* The heads of both forms, made by the module's own build-time function. */
static void
make_heads(struct content_reader *reader)
{
	const struct module *module = reader->instance->module;
	const struct function *function =
		module_function(module, reader->setting->head_function);
	size_t count = reader->content->files.count, i;
	struct native_call *calls = arena_alloc(2 * count, sizeof *calls);

	for (i = 0; i < count; i++) {
		const struct content_file *file = &reader->content->files.at[i];

		calls[i].arguments = head_arguments(function, file, false);
		calls[count + i].arguments =
			head_arguments(function, file, true);
	}
	if (!call_all(reader, module, function, calls, 2 * count))
		return;
	for (i = 0; i < count; i++) {
		struct content_file *file = &reader->content->files.at[i];

		file->head = calls[i].result.value.text;
		file->gzip_head = calls[count + i].result.value.text;
		if (file->head != NULL && file->gzip_head != NULL)
			continue;
		diag(E0405, reader->where, reader->subject,
		     "%s with media type %s is refused", file->path,
		     file->type);
		file->head = file->gzip_head = "";
	}
}

/* ---- The table ------------------------------------------------------------ */

static void
add_indexes(struct content_reader *reader)
{
	const struct value *index = value_of(reader, reader->setting->index_from);
	struct content *content = reader->content;
	size_t count = content->files.count, i;

	if (index == NULL)
		return;
	for (i = 0; i < count; i++) {
		struct content_file file = content->files.at[i];
		const char *name = strrchr(file.path, '/') + 1;

		if (!text_equal(name, index->text))
			continue;
		file.path = arena_copy_n(file.path, (size_t)(name - file.path));
		*list_add(&content->files) = file;
	}
}

/* The next of the words that files_table wrote. */
static uint32_t
take_word(struct bytes *words)
{
	uint32_t word = 0;

	if (words->size >= sizeof word) {
		memcpy(&word, words->at, sizeof word);
		words->at += sizeof word;
		words->size -= sizeof word;
	}
	return word;
}

/* Put the files into the order that the table gives them. */
static bool
take_table(struct content *content, struct bytes words)
{
	size_t count = content->files.count, i;
	struct content_file *sorted = arena_alloc(count, sizeof *sorted);
	size_t words_count = words.size / 4;

	content->buckets_count = take_word(&words);
	if (content->buckets_count == 0 ||
	    content->buckets_count > FILES_BUCKETS_MAX ||
	    words_count != 2 * count + content->buckets_count + 2)
		return false;
	for (i = 0; i < count; i++) {
		uint32_t from = take_word(&words);

		if (from >= count || content->files.at[from].path == NULL)
			return false;
		sorted[i] = content->files.at[from];
		sorted[i].hash = take_word(&words);
		content->files.at[from].path = NULL;
	}
	content->starts = arena_alloc(content->buckets_count + 1,
				      sizeof *content->starts);
	for (i = 0; i <= content->buckets_count; i++) {
		content->starts[i] = take_word(&words);
		if (content->starts[i] > count ||
		    (i != 0 && content->starts[i] < content->starts[i - 1]))
			return false;
	}
	memcpy(content->files.at, sorted, count * sizeof *sorted);
	return true;
}

/* The table is made by the code that reads it (kernel/check.c). */
static void
lay_out(struct content_reader *reader)
{
	const struct module *kernel =
		catalogue_module(reader->build->catalogue, "kernel");
	const struct function *function =
		module_function(kernel, "files_table");
	struct content *content = reader->content;
	struct native_value paths = { 0 };
	struct native_call call = { .arguments = &paths };
	struct buffer text = { 0 };
	size_t i;

	for (i = 0; i < content->files.count; i++)
		buffer_add(&text, content->files.at[i].path,
			   strlen(content->files.at[i].path) + 1);
	paths.bytes = (struct bytes){ (const uint8_t *)text.at, text.size };
	if (function != NULL && call_all(reader, kernel, function, &call, 1) &&
	    !take_table(content, call.result.bytes))
		diag(E0406, reader->where, reader->subject,
		     "files_table: its result is no table of %zu files",
		     content->files.count);
	free(text.at);
}

void
content_complete(struct content_reader *reader)
{
	size_t i;

	for (i = 0; i < reader->content->files.count; i++)
		complete_file(reader, &reader->content->files.at[i]);
	content_store_bodies(reader);
	if (reader->setting->tag_function != NULL)
		make_tags(reader);
	if (reader->setting->head_function != NULL && diag_count() == 0)
		make_heads(reader);
	add_indexes(reader);
	lay_out(reader);
}
