/* SPDX-License-Identifier: ISC */
/* Content as C: the tables, without the bodies. See content.h. */
#include "content.h"

#include <string.h>

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
	   size_t size_bytes, const char *head)
{
	buffer_printf(out, "\t\t.%s = { %s, %zu, ", field, symbol, size_bytes);
	if (head == NULL) {
		buffer_printf(out, "0, 0 },\n");
		return;
	}
	buffer_printf(out, "%zu,", strlen(head));
	write_lines(out, head);
	buffer_printf(out, " },\n");
}

static void
write_entry(struct buffer *out, const struct content_file *file)
{
	const char *symbol = file->symbol;

	buffer_printf(out, "\t{\n\t\t.path = ");
	buffer_c_string(out, file->path, strlen(file->path));
	buffer_printf(out, ", .path_bytes = %zu, .hash = 0x%08x,\n",
		      strlen(file->path), file->hash);
	write_form(out, "plain", symbol, file->plain.size, file->head);
	if (file->gzip_blob != NULL)
		write_form(out, "gzip", arena_printf("%s_gzip", symbol),
			   file->gzip_bytes, file->gzip_head);
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

/* The bodies are the assembly's (content.c). */
static void
declare_bodies(struct buffer *out, const struct content *content)
{
	size_t i;

	for (i = 0; i < content->files.count; i++) {
		const char *symbol = content->files.at[i].symbol;

		if (content->files.at[i].owns_body)
			buffer_printf(out, "extern const uint8_t %s[], "
					   "%s_gzip[];\n", symbol, symbol);
	}
}

void
content_write_tables(struct buffer *out, const char *name,
		     const struct content *content)
{
	size_t i;

	/* A folder that is not given: a table in which nothing is found. */
	if (content == NULL) {
		buffer_printf(out, "static const uint16_t %s_starts[2] = "
				   "{ 0, 0 };\n", name);
		return;
	}
	declare_bodies(out, content);
	buffer_printf(out, "static const struct file %s_entries[] = {\n", name);
	for (i = 0; i < content->files.count; i++)
		write_entry(out, &content->files.at[i]);
	buffer_printf(out, "};\n");
	write_starts(out, content, name);
}

void
content_write_table(struct buffer *out, const char *name,
		    const struct content *content)
{
	if (content == NULL)
		buffer_printf(out, "{ 0, %s_starts, 1 }", name);
	else
		buffer_printf(out, "{\n\t%s_entries, %s_starts, %u,\n}", name,
			      name, content->buckets_count);
}

static void
write_single(struct buffer *out, const char *c_name,
	     const struct content *content)
{
	const struct content_file *file =
		content == NULL ? NULL : &content->files.at[0];

	if (file != NULL)
		buffer_printf(out, "extern const uint8_t %s[];\n",
			      file->symbol);
	buffer_printf(out, "static const uint8_t *const %s = %s;\n"
			   "enum { %s_bytes = %zu };\n",
		      c_name, file == NULL ? "0" : file->symbol, c_name,
		      file == NULL ? 0 : file->plain.size);
}

void
content_write_c(struct buffer *out, const struct setting *setting,
		const struct content *content)
{
	if (setting->type == TYPE_FILE) {
		write_single(out, setting->c_name, content);
		return;
	}
	buffer_printf(out, "#include <unicc/files.h>\n");
	content_write_tables(out, setting->c_name, content);
	buffer_printf(out, "static const struct files %s = ", setting->c_name);
	content_write_table(out, setting->c_name, content);
	buffer_printf(out, ";\n");
}
