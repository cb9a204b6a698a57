/* SPDX-License-Identifier: ISC */
/*
 * Content: files that enter the image, read once, in an order that no file
 * system decides.
 *
 * Bodies go through the store, named by their hash; the image's assembly
 * brings them in by that name, so no path of this machine is in any object.
 */
#include "catalogue.h"
#include "content.h"
#include "content_store.h"
#include "native.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum {
	FILES_MAX = 60000,	/* bucket starts are 16 bits wide */
	FILES_BUCKETS_MAX = 65536,
	FOLDERS_DEEP_MAX = 64,
	ERRORS_MAX = 100,	/* no more of a folder is looked at then */
};

struct reader {
	struct build *build;
	struct instance *instance;
	const struct setting *setting;
	struct where where;	/* of the setting's value */
	const char *subject;	/* "www.content"; of a part: "app.pages[2]" */
	const char *symbol;	/* begins the symbols of the bodies */
	bool is_part;
	struct content *content;
	int64_t left_bytes;	/* of the machine's memory */
	/* The folders on the way down, to notice a loop. */
	dev_t devices[FOLDERS_DEEP_MAX];
	ino_t nodes[FOLDERS_DEEP_MAX];
	size_t depth;
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
cannot_read(const struct reader *reader, const char *path)
{
	int error = errno;
	const char *nearest = host_nearest(path);

	diag(E0401, reader->where, reader->subject, "cannot read %s: %s", path,
	     strerror(error));
	if (error == ENOENT && nearest != NULL)
		diag_fix("%s", nearest);
}

static void
read_file(struct reader *reader, const char *source, const char *path,
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
enter_folder(struct reader *reader, const char *source,
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
	if (reader->depth == FOLDERS_DEEP_MAX) {
		diag(E0401, reader->where, reader->subject,
		     "%s lies more than %d folders deep", source,
		     FOLDERS_DEEP_MAX);
		return false;
	}
	reader->devices[reader->depth] = status->st_dev;
	reader->nodes[reader->depth++] = status->st_ino;
	return true;
}

/* The folder of another purpose: "/" has no end. */
static bool
is_hopeless(const struct reader *reader)
{
	return reader->content->files.count > FILES_MAX / 2 ||
	       diag_count() > ERRORS_MAX;
}

static void
read_folder(struct reader *reader, const char *source, const char *path)
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

/* ---- What is made of a file ---------------------------------------------- */

static const struct value *
value_of(const struct reader *reader, const char *setting)
{
	const struct module *module = reader->instance->module;

	if (setting == NULL)
		return NULL;
	return &reader->instance->values[module_setting_index(module, setting)];
}

static const char *
media_type(const struct reader *reader, const char *path)
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
complete_file(struct reader *reader, struct content_file *file)
{
	file->symbol = arena_printf("%s_%.16s", reader->symbol, file->blob);
	file->type = media_type(reader, file->path);
}

static void
store_bodies(struct reader *reader)
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
call_all(struct reader *reader, const struct module *module,
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
make_tags(struct reader *reader)
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
make_heads(struct reader *reader)
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
add_indexes(struct reader *reader)
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
lay_out(struct reader *reader)
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

/* Of type file or files, or with such parts. */
static bool
holds_files(const struct setting *setting)
{
	size_t i;

	for (i = 0; i < setting->fields.count; i++)
		if (holds_files(&setting->fields.at[i]))
			return true;
	return setting->type == TYPE_FILE || setting->type == TYPE_FILES ||
	       (setting->item != NULL && holds_files(setting->item));
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

static struct part
whole_setting(const struct instance *instance, size_t setting_index)
{
	return (struct part){
		.name = content_name(instance, setting_index),
		.setting = &instance->module->settings.at[setting_index],
		.value = &instance->values[setting_index],
		.origin = &instance->origins[setting_index],
		.replaced = &instance->replaced[setting_index],
		.is_set = instance->origins[setting_index].kind != ORIGIN_NONE,
	};
}

/* All files of a setting, in the order of its parts. */
static struct owners
all_files(const struct instance *instance, size_t setting_index)
{
	struct part whole = whole_setting(instance, setting_index);
	struct owners owners = { 0 };

	if (holds_files(whole.setting))
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
static void
find_owners(const struct instance *instance, size_t setting_index)
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

static void
read_files(struct reader *reader, const char *source)
{
	struct stat status;
	size_t i;

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
	for (i = 0; i < reader->content->files.count; i++)
		complete_file(reader, &reader->content->files.at[i]);
	store_bodies(reader);
	if (reader->setting->tag_function != NULL)
		make_tags(reader);
	if (reader->setting->head_function != NULL && diag_count() == 0)
		make_heads(reader);
	add_indexes(reader);
	lay_out(reader);
}

static void
read_single(struct reader *reader, const char *source)
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
	store_bodies(reader);
}

static void
read_part(void *context, const struct part *part)
{
	struct reader *reader = context;
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
	struct part whole = whole_setting(instance, setting_index);
	struct reader reader = {
		.build = build,
		.instance = instance,
		.symbol = arena_printf("%s_%s", instance->name,
				       whole.setting->name),
		.is_part = whole.setting->type != TYPE_FILES &&
			   whole.setting->type != TYPE_FILE,
		.left_bytes = build->image.memory_bytes -
			      (int64_t)build->image.platform->load,
	};

	if (!holds_files(whole.setting))
		return;
	type_each_part(&whole, read_part, &reader);
	if (diag_count() == 0)
		find_owners(instance, setting_index);
}

const char *
content_name(const struct instance *instance, size_t setting_index)
{
	return arena_printf("%s.%s", instance->name,
			    instance->module->settings.at[setting_index].name);
}

bool
content_is_there(const struct instance *instance, size_t setting_index)
{
	struct owners owners = all_files(instance, setting_index);

	return owners.rows.count != 0;
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
			   "*/\n", content_name(instance, setting_index));
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
