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
#include "native.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

enum {
	FILES_MAX = 60000,	/* bucket starts are 16 bits wide */
	FILES_BUCKETS_MAX = 65536,
	FOLDERS_DEEP_MAX = 64,
};

struct reader {
	struct build *build;
	struct instance *instance;
	const struct setting *setting;
	struct where where;	/* of the setting's value */
	const char *subject;	/* "www.content" */
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
	diag(E0401, reader->where, reader->subject, "cannot read %s: %s", path,
	     strerror(errno));
}

static void
add_input(struct build *build, const char *name, struct bytes bytes)
{
	struct input *input = list_add(&build->inputs);

	input->name = name;
	host_sha256(bytes, input->sha256);
}

static const char *
blob_folder(void)
{
	return host_join(host_cache_folder(), "blobs");
}

static const char *
blob_name(struct bytes bytes)
{
	uint8_t sha256[32];

	host_sha256(bytes, sha256);
	return host_hex(sha256, sizeof sha256);
}

static void
read_file(struct reader *reader, const char *source, const char *path,
	  int64_t size_bytes)
{
	struct content_file *file;
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
	file->blob = blob_name(bytes);
	file->etag = "";
	add_input(reader->build,
		  arena_printf("%s%s", reader->subject, path), bytes);
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

static void
read_folder(struct reader *reader, const char *source, const char *path)
{
	const char **names;
	size_t count, i;

	if (!host_list(source, &names, &count)) {
		cannot_read(reader, source);
		return;
	}
	for (i = 0; i < count; i++) {
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
	size_t i, j;

	for (i = 0; types != NULL && i < types->items_count; i++) {
		const char *key = types->keys[i];

		if (text_equal(key, "*"))
			other = types->items[i].text;
		for (j = 0; dot != NULL && key[j] != '\0'; j++)
			if ((dot[j + 1] | 0x20) != (key[j] | 0x20))
				break;
		if (dot != NULL && dot != name && key[j] == '\0' &&
		    dot[j + 1] == '\0')
			return types->items[i].text;
	}
	return other;
}

static void
store_blob(struct reader *reader, const char *blob, struct bytes bytes)
{
	const char *path = host_join(blob_folder(), blob);

	if (host_exists(path))
		return;
	if (!host_make_folders(blob_folder()) || !host_write(path, bytes))
		diag(E0605, reader->where, reader->subject,
		     "cannot write %s: %s", path, strerror(errno));
}

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
 * The compressed form, or nothing where it saves less than a tenth. Cached:
 * compressing is the slowest step of a build whose content is large. An empty
 * cache file records that it does not pay.
 */
static struct bytes
compressed(struct reader *reader, const struct content_file *file)
{
	const char *folder = host_join(host_cache_folder(), "gzip");
	const char *path = host_join(folder, arena_printf(
		"%s-%s", file->blob, zlibVersion()));
	struct bytes plain = file->plain, packed;
	static const struct bytes nothing;

	if (host_read(path, &packed))
		return packed.size == 0 ? nothing : packed;
	packed = deflate_bytes(plain);
	if (packed.size + plain.size / 10 >= plain.size)
		packed = nothing;
	if (!reader->build->is_check_only &&
	    (!host_make_folders(folder) || !host_write(path, packed)))
		diag(E0605, reader->where, reader->subject,
		     "cannot write %s: %s", path, strerror(errno));
	return packed;
}

/* Bytes and forms of one file; what the module's own code makes of them comes
 * after, for all files at once. */
static void
complete_file(struct reader *reader, struct content_file *file)
{
	const struct value *gzip = value_of(reader, reader->setting->gzip_from);

	file->type = media_type(reader, file->path);
	if (reader->build->is_check_only)
		return;
	if (gzip != NULL && gzip->number != 0 && file->plain.size != 0)
		file->gzip = compressed(reader, file);
	store_blob(reader, file->blob, file->plain);
	if (file->gzip.at != NULL) {
		file->gzip_blob = blob_name(file->gzip);
		store_blob(reader, file->gzip_blob, file->gzip);
	}
}

/* Have a function of the module called; false after diag(). */
static bool
call_all(struct reader *reader, const struct module *module,
	 const struct function *function, struct native_call *calls,
	 size_t count)
{
	const struct content *content = reader->content;
	struct native_failure failure;

	if (native_call_all(module, function, calls, count, &failure))
		return true;
	native_complain(&failure, reader->where, reader->subject,
			count == 1 ? function->name
				   : arena_printf("%s for %s", function->name,
				content->files.at[failure.call %
						  content->files.count].path));
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
			value->number = (int64_t)(is_gzip ? file->gzip.size
							  : file->plain.size);
		else if (text_equal(name, "gzip"))
			value->number = is_gzip;
		else if (text_equal(name, "varies"))
			value->number = file->gzip.at != NULL;
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

static int
blob_compare(const void *a, const void *b)
{
	const struct content_file *first = *(struct content_file *const *)a;
	const struct content_file *second = *(struct content_file *const *)b;
	int order = strcmp(first->blob, second->blob);

	return order != 0 ? order : (first > second) - (first < second);
}

/* A body enters the image once, however many paths lead to it. */
static void
find_owners(struct content *content)
{
	size_t count = content->files.count, i;
	struct content_file **sorted = arena_alloc(count, sizeof *sorted);

	for (i = 0; i < count; i++)
		sorted[i] = &content->files.at[i];
	qsort(sorted, count, sizeof *sorted, blob_compare);
	for (i = 0; i < count; i++)
		sorted[i]->owns_body =
			i == 0 || !text_equal(sorted[i - 1]->blob,
					      sorted[i]->blob);
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
	if (diag_count() != 0)
		return;
	if (reader->content->files.count == 0) {
		diag(E0402, reader->where, reader->subject, "%s holds no file",
		     source);
		diag_fix("put an index.html into it");
		return;
	}
	if (reader->content->files.count > FILES_MAX / 2) {
		diag(E0403, reader->where, reader->subject,
		     "%s holds %zu files; at most %d are served", source,
		     reader->content->files.count, FILES_MAX / 2);
		return;
	}
	for (i = 0; i < reader->content->files.count; i++)
		complete_file(reader, &reader->content->files.at[i]);
	if (reader->setting->tag_function != NULL)
		make_tags(reader);
	if (reader->setting->head_function != NULL && diag_count() == 0)
		make_heads(reader);
	add_indexes(reader);
	lay_out(reader);
	if (diag_count() == 0)
		find_owners(reader->content);
}

static void
read_single(struct reader *reader, const char *source)
{
	struct stat status;

	if (stat(source, &status) != 0) {
		cannot_read(reader, source);
		return;
	}
	read_file(reader, source, "/", status.st_size);
	if (diag_count() != 0)
		return;
	reader->content->files.at[0].owns_body = true;
	if (!reader->build->is_check_only)
		store_blob(reader, reader->content->files.at[0].blob,
			   reader->content->files.at[0].plain);
}

void
content_read(struct build *build, struct instance *instance,
	     size_t setting_index)
{
	const struct setting *setting =
		&instance->module->settings.at[setting_index];
	const struct origin *origin = &instance->origins[setting_index];
	struct value *value = &instance->values[setting_index];
	struct reader reader = {
		.build = build, .instance = instance, .setting = setting,
		.where = origin->where,
		.left_bytes = build->image.memory_bytes -
			      (int64_t)build->image.platform->load,
	};
	const char *source;

	if ((setting->type != TYPE_FILES && setting->type != TYPE_FILE) ||
	    origin->kind == ORIGIN_NONE)
		return;
	reader.subject = arena_printf("%s.%s", instance->name, setting->name);
	value->content = arena_alloc(1, sizeof *value->content);
	reader.content = value->content;
	source = host_join(host_folder_of(build->config_path), value->text);
	if (setting->type == TYPE_FILES)
		read_files(&reader, source);
	else
		read_single(&reader, source);
}

/* ---- Writing it as C and assembly ------------------------------------------ */

const char *
content_name(const struct instance *instance, size_t setting_index)
{
	return arena_printf("%s.%s", instance->name,
			    instance->module->settings.at[setting_index].name);
}

static const char *
body_symbol(const struct instance *instance, size_t setting_index,
	    const struct content_file *file)
{
	return arena_printf("%s_%s_%s", instance->name,
			    instance->module->settings.at[setting_index].name,
			    arena_copy_n(file->blob, 16));
}

/* A text as a C string, each of its lines on one of its own. */
static void
write_lines(struct buffer *out, const char *text)
{
	const char *end;

	do {
		end = strchr(text, '\n');
		end = end == NULL ? text + strlen(text) : end + 1;
		buffer_printf(out, "\n\t\t\t");
		buffer_c_string(out, text, (size_t)(end - text));
		text = end;
	} while (*text != '\0');
}

static void
write_form(struct buffer *out, const char *field, const char *symbol,
	   struct bytes body, const char *head)
{
	buffer_printf(out, "\t\t.%s = { %s, %zu, ", field, symbol, body.size);
	if (head == NULL) {
		buffer_printf(out, "0, 0 },\n");
		return;
	}
	buffer_printf(out, "%zu,", strlen(head));
	write_lines(out, head);
	buffer_printf(out, " },\n");
}

static void
write_entry(struct buffer *out, const struct content_file *file,
	    const char *symbol)
{
	buffer_printf(out, "\t{\n\t\t.path = ");
	buffer_c_string(out, file->path, strlen(file->path));
	buffer_printf(out, ", .path_bytes = %zu, .hash = 0x%08x,\n",
		      strlen(file->path), file->hash);
	write_form(out, "plain", symbol, file->plain, file->head);
	if (file->gzip.at != NULL)
		write_form(out, "gzip", arena_printf("%s_gzip", symbol),
			   file->gzip, file->gzip_head);
	buffer_printf(out, "\t\t.type = ");
	buffer_c_string(out, file->type, strlen(file->type));
	buffer_printf(out, ", .etag = ");
	buffer_c_string(out, file->etag, strlen(file->etag));
	buffer_printf(out, ",\n\t},\n");
}

static void
write_starts(struct buffer *out, const struct content *content,
	     const char *c_name)
{
	uint32_t bucket;

	buffer_printf(out, "static const uint16_t %s_starts[] = {", c_name);
	for (bucket = 0; bucket <= content->buckets_count; bucket++)
		buffer_printf(out, "%s%u,", bucket % 12 == 0 ? "\n\t" : " ",
			      content->starts[bucket]);
	buffer_printf(out, "\n};\n");
}

/* An optional folder that is not given: a table in which nothing is found. */
static void
write_no_files(struct buffer *out, const char *c_name)
{
	buffer_printf(out, "static const uint16_t %s_starts[2] = { 0, 0 };\n"
			   "static const struct files %s = { 0, %s_starts, 1 };\n",
		      c_name, c_name, c_name);
}

void
content_write_c(struct buffer *out, const struct build *build,
		const struct instance *instance, size_t setting_index)
{
	const struct setting *setting =
		&instance->module->settings.at[setting_index];
	const struct content *content =
		instance->values[setting_index].content;
	const char *c_name = setting->c_name;
	size_t i;

	(void)build;
	if (setting->is_optional)
		buffer_printf(out, "enum { %s_is_set = %d };\n", c_name,
			      content != NULL);
	if (setting->type == TYPE_FILE) {
		const char *symbol = arena_printf("%s_%s_body", instance->name,
						  setting->name);

		buffer_printf(out, "extern const uint8_t %s[];\n", symbol);
		buffer_printf(out, "static const uint8_t *const %s = %s;\n"
				   "enum { %s_bytes = %zu };\n",
			      c_name, content == NULL ? "0" : symbol, c_name,
			      content == NULL ? 0
					      : content->files.at[0].plain.size);
		return;
	}
	buffer_printf(out, "#include <unicc/files.h>\n");
	if (content == NULL) {
		write_no_files(out, c_name);
		return;
	}
	for (i = 0; i < content->files.count; i++)
		if (content->files.at[i].owns_body) {
			const char *symbol = body_symbol(
				instance, setting_index, &content->files.at[i]);

			buffer_printf(out, "extern const uint8_t %s[], "
					   "%s_gzip[];\n", symbol, symbol);
		}
	buffer_printf(out, "static const struct file %s_entries[] = {\n",
		      c_name);
	for (i = 0; i < content->files.count; i++)
		write_entry(out, &content->files.at[i],
			    body_symbol(instance, setting_index,
					&content->files.at[i]));
	buffer_printf(out, "};\n");
	write_starts(out, content, c_name);
	buffer_printf(out, "static const struct files %s = {\n"
			   "\t%s_entries, %s_starts, %u,\n};\n",
		      c_name, c_name, c_name, content->buckets_count);
}

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
	const struct content *content = instance->values[setting_index].content;
	size_t i;

	buffer_printf(out, "/* Bodies of %s, by their SHA-256. Written by unicc. "
			   "*/\n", content_name(instance, setting_index));
	for (i = 0; i < content->files.count; i++) {
		const struct content_file *file = &content->files.at[i];
		const char *symbol = body_symbol(instance, setting_index, file);

		if (!file->owns_body)
			continue;
		write_body(out, symbol, file->blob, file->plain.size);
		if (file->gzip.at != NULL)
			write_body(out, arena_printf("%s_gzip", symbol),
				   file->gzip_blob, file->gzip.size);
	}
}

const char **
content_flags(size_t *count)
{
	const char **flags = arena_alloc(1, sizeof *flags);

	flags[0] = arena_printf("-I%s", blob_folder());
	*count = 1;
	return flags;
}
