/* SPDX-License-Identifier: ISC */
/*
 * Values as C: see type.h for what a module's sources are promised.
 *
 * Types first, then what the value points to (NAME_DATA1, ...: no setting's
 * name has an upper-case letter), then the setting itself.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "content.h"
#include "type_rows.h"

static void
initialise(struct type_writer *writer, struct buffer *text,
	   const struct setting *setting, const struct value *value)
{
	type_form(setting->type)->initialise(writer, text, setting, value);
}

/* ---- Names of types -------------------------------------------------- */

/* A map of texts has the type of all of these: struct pair. */
static bool
is_pairs(const struct setting *setting)
{
	return setting->type == TYPE_MAP && setting->item->type == TYPE_TEXT;
}

static const char *
part_type(const struct setting *setting)
{
	if (type_form(setting->type)->name != NULL)
		return type_form(setting->type)->name;
	return arena_printf("struct %s%s", setting->c_name,
			    setting->type == TYPE_LIST	? "_list"
			    : setting->type == TYPE_MAP ? "_map"
							: "");
}

/* What the array of a list or map is made of, constant. */
static const char *
element_type(const struct setting *setting)
{
	if (is_pairs(setting))
		return "const struct pair ";
	if (setting->type == TYPE_MAP)
		return arena_printf("const struct %s_entry ", setting->c_name);
	if (setting->item->type == TYPE_TEXT)
		return "const char *const ";
	return arena_printf("const %s ", part_type(setting->item));
}

/* "uint16_t port", "const char *host" */
static void
declare(struct buffer *out, const struct setting *setting, const char *name)
{
	const char *type = part_type(setting);

	buffer_printf(out, "\t%s%s%s;\n", type, text_ends(type, "*") ? "" : " ",
		      name);
}

/* ---- Definitions of types -------------------------------------------- */

static void
define_choices(struct buffer *out, const struct setting *setting)
{
	size_t i;

	buffer_printf(out, "enum { ");
	for (i = 0; i < setting->choices_count; i++)
		buffer_printf(out, "%s_%s = %zu%s", setting->c_name,
			      setting->choices[i], i,
			      i + 1 < setting->choices_count ? ", " : " ");
	buffer_printf(out, "};\n");
}

static void
define_record(struct buffer *out, const struct setting *setting)
{
	size_t i;

	buffer_printf(out, "struct %s {\n", setting->c_name);
	for (i = 0; i < setting->fields.count; i++) {
		const struct setting *field = &setting->fields.at[i];

		if (field->is_optional)
			buffer_printf(out, "\tbool %s_is_set;\n",
				      type_c_member(field));
		declare(out, field, type_c_member(field));
	}
	buffer_printf(out, "};\n");
}

static void
define_items(struct buffer *out, const struct setting *setting, bool is_part)
{
	if (setting->type == TYPE_MAP && !is_pairs(setting)) {
		buffer_printf(out, "struct %s_entry {\n\tconst char *key;\n",
			      setting->c_name);
		declare(out, setting->item, "value");
		buffer_printf(out, "};\n");
	}
	if (is_part)
		buffer_printf(out, "%s {\n\t%s*items;\n\tsize_t count;\n};\n",
			      part_type(setting), element_type(setting));
}

/* Of the innermost first. */
static void
define_types(struct buffer *out, const struct setting *setting, bool is_part)
{
	size_t i;

	if (setting->item != NULL)
		define_types(out, setting->item, true);
	for (i = 0; i < setting->fields.count; i++)
		define_types(out, &setting->fields.at[i], true);
	if (setting->item != NULL)
		define_items(out, setting, is_part);
	else if (setting->type == TYPE_RECORD)
		define_record(out, setting);
	else if (setting->type == TYPE_CHOICE && is_part)
		define_choices(out, setting);
}

static bool
has_files(const struct setting *setting)
{
	size_t i;

	for (i = 0; i < setting->fields.count; i++)
		if (has_files(&setting->fields.at[i]))
			return true;
	return setting->type == TYPE_FILE || setting->type == TYPE_FILES ||
	       (setting->item != NULL && has_files(setting->item));
}

/* ---- Simple values --------------------------------------------------- */

bool
type_is_enumerator(const struct setting *setting)
{
	return setting->min >= INT_MIN && setting->max <= INT_MAX;
}

/* INT64_MIN is no C constant: its digits alone do not fit. */
static const char *
c_number(int64_t number)
{
	if (number == INT64_MIN)
		return "-9223372036854775807 - 1";
	return arena_printf("%lld", (long long)number);
}

void
type_write_integer(struct type_writer *writer, const struct setting *setting,
		   const struct value *value)
{
	if (type_is_enumerator(setting))
		buffer_printf(writer->out, "enum { %s = %s };\n",
			      setting->c_name, c_number(value->number));
	else
		buffer_printf(writer->out, "static const %s %s = %s;\n",
			      setting->min < 0 ? "int64_t" : "uint64_t",
			      setting->c_name, c_number(value->number));
}

void
type_c_integer(struct type_writer *writer, struct buffer *text,
	       const struct setting *setting, const struct value *value)
{
	(void)writer;
	(void)setting;
	buffer_printf(text, "%s", c_number(value->number));
}

void
type_write_flag(struct type_writer *writer, const struct setting *setting,
		const struct value *value)
{
	buffer_printf(writer->out, "enum { %s = %d };\n", setting->c_name,
		      value->number != 0);
}

void
type_c_flag(struct type_writer *writer, struct buffer *text,
	    const struct setting *setting, const struct value *value)
{
	(void)writer;
	(void)setting;
	buffer_printf(text, "%d", value->number != 0);
}

void
type_write_text(struct type_writer *writer, const struct setting *setting,
		const struct value *value)
{
	buffer_printf(writer->out, "static const char %s[] = ",
		      setting->c_name);
	type_c_text(writer, writer->out, setting, value);
	buffer_printf(writer->out, ";\nenum { %s_length = %zu };\n",
		      setting->c_name,
		      value->text == NULL ? 0 : strlen(value->text));
}

void
type_c_text(struct type_writer *writer, struct buffer *text,
	    const struct setting *setting, const struct value *value)
{
	const char *bytes = value->text == NULL ? "" : value->text;

	(void)writer;
	(void)setting;
	buffer_c_string(text, bytes, strlen(bytes));
}

void
type_write_choice(struct type_writer *writer, const struct setting *setting,
		  const struct value *value)
{
	size_t i;

	buffer_printf(writer->out, "enum { ");
	for (i = 0; i < setting->choices_count; i++)
		buffer_printf(writer->out, "%s_%s = %zu, ", setting->c_name,
			      setting->choices[i], i);
	buffer_printf(writer->out, "%s = %d };\n", setting->c_name,
		      (int)value->number);
}

void
type_c_choice(struct type_writer *writer, struct buffer *text,
	      const struct setting *setting, const struct value *value)
{
	(void)writer;
	if (value->text == NULL)
		buffer_printf(text, "0");
	else
		buffer_printf(text, "%s_%s", setting->c_name, value->text);
}

void
type_c_ipv4(struct type_writer *writer, struct buffer *text,
	    const struct setting *setting, const struct value *value)
{
	(void)writer;
	(void)setting;
	buffer_printf(text, "0x%08x", (unsigned)value->number);
}

void
type_c_cidr(struct type_writer *writer, struct buffer *text,
	    const struct setting *setting, const struct value *value)
{
	(void)writer;
	(void)setting;
	buffer_printf(text, "{ 0x%08x, %u }", (unsigned)value->number,
		      value->prefix_bits);
}

static void
write_bytes(struct buffer *text, const uint8_t *bytes, size_t count)
{
	size_t i;

	buffer_printf(text, "{ { ");
	for (i = 0; i < count; i++)
		buffer_printf(text, "%s0x%02x", i == 0 ? "" : ", ", bytes[i]);
	buffer_printf(text, " } }");
}

void
type_c_mac(struct type_writer *writer, struct buffer *text,
	   const struct setting *setting, const struct value *value)
{
	(void)writer;
	(void)setting;
	write_bytes(text, value->mac, sizeof value->mac);
}

void
type_c_ipv6(struct type_writer *writer, struct buffer *text,
	    const struct setting *setting, const struct value *value)
{
	(void)writer;
	(void)setting;
	write_bytes(text, value->ipv6, sizeof value->ipv6);
}

/* ---- Files inside of other values ------------------------------------ */

void
type_c_file(struct type_writer *writer, struct buffer *text,
	    const struct setting *setting, const struct value *value)
{
	const struct content_file *file;

	(void)setting;
	if (value->content == NULL) {
		buffer_printf(text, "{ 0, 0 }");
		return;
	}
	file = &value->content->files.at[0];
	buffer_printf(writer->out, "extern const uint8_t %s[];\n",
		      file->symbol);
	buffer_printf(text, "{ %s, %zu }", file->symbol, file->plain.size);
}

void
type_c_files(struct type_writer *writer, struct buffer *text,
	     const struct setting *setting, const struct value *value)
{
	const char *name = arena_printf("%s_DATA%zu", writer->c_name,
					++writer->data_count);

	(void)setting;
	content_write_tables(writer->out, name, value->content);
	content_write_table(text, name, value->content);
}

/* ---- Values made of values ------------------------------------------- */

static void
write_element(struct type_writer *writer, struct buffer *text,
	      const struct setting *setting, const struct value *value,
	      size_t index)
{
	buffer_printf(text, "\t");
	if (setting->type == TYPE_MAP) {
		buffer_printf(text, "{ ");
		buffer_c_string(text, value->keys[index],
				strlen(value->keys[index]));
		buffer_printf(text, ", ");
	}
	initialise(writer, text, setting->item, &value->items[index]);
	buffer_printf(text, setting->type == TYPE_MAP ? " },\n" : ",\n");
}

/* A value that is there because C has no empty arrays. */
static void
write_nothing(struct type_writer *writer, struct buffer *text,
	      const struct setting *setting)
{
	struct value nothing = { .type = setting->item->type };

	buffer_printf(text, "\t");
	if (setting->type == TYPE_MAP)
		buffer_printf(text, "{ 0, ");
	if (setting->item->type == TYPE_TEXT)
		buffer_printf(text, "0");
	else
		initialise(writer, text, setting->item, &nothing);
	buffer_printf(text, setting->type == TYPE_MAP ? " }\n" : "\n");
}

/* The array of a list or map; what it points to comes before it. */
static void
write_array(struct type_writer *writer, const char *name,
	    const struct setting *setting, const struct value *value)
{
	struct buffer text = { 0 };
	size_t i;

	for (i = 0; i < value->items_count; i++)
		write_element(writer, &text, setting, value, i);
	if (value->items_count == 0)
		write_nothing(writer, &text, setting);
	buffer_printf(writer->out, "static %s%s[] = {\n",
		      element_type(setting), name);
	buffer_add(writer->out, text.at, text.size);
	buffer_printf(writer->out, "};\n");
	free(text.at);
}

void
type_write_items(struct type_writer *writer, const struct setting *setting,
		 const struct value *value)
{
	write_array(writer, setting->c_name, setting, value);
	buffer_printf(writer->out, "enum { %s_count = %zu };\n",
		      setting->c_name, value->items_count);
}

void
type_c_items(struct type_writer *writer, struct buffer *text,
	     const struct setting *setting, const struct value *value)
{
	const char *name;

	if (value->items_count == 0) {
		buffer_printf(text, "{ 0, 0 }");
		return;
	}
	name = arena_printf("%s_DATA%zu", writer->c_name,
			    ++writer->data_count);
	write_array(writer, name, setting, value);
	buffer_printf(text, "{ %s, %zu }", name, value->items_count);
}

/* A record that is not given is all zero, its texts "". */
void
type_c_record(struct type_writer *writer, struct buffer *text,
	      const struct setting *setting, const struct value *value)
{
	size_t i;

	buffer_printf(text, "{ ");
	for (i = 0; i < setting->fields.count; i++) {
		const struct setting *field = &setting->fields.at[i];
		struct value absent = { .type = field->type };
		bool is_set = value->items != NULL &&
			      value->origins[i].kind != ORIGIN_NONE;

		if (field->is_optional)
			buffer_printf(text, ".%s_is_set = %d, ",
				      type_c_member(field), is_set);
		buffer_printf(text, ".%s = ", type_c_member(field));
		initialise(writer, text, field,
			   is_set ? &value->items[i] : &absent);
		buffer_printf(text, i + 1 < setting->fields.count ? ", " : " ");
	}
	buffer_printf(text, "}");
}

/* ---- A setting ------------------------------------------------------- */

static void
write_object(struct type_writer *writer, const struct setting *setting,
	     const struct value *value)
{
	struct buffer text = { 0 };

	initialise(writer, &text, setting, value);
	buffer_printf(writer->out, "static const %s %s = ", part_type(setting),
		      setting->c_name);
	buffer_add(writer->out, text.at, text.size);
	buffer_printf(writer->out, ";\n");
	free(text.at);
}

void
type_write_c(struct buffer *out, const struct setting *setting,
	     const struct value *value, bool is_set)
{
	const struct type_form *c = type_form(setting->type);
	struct type_writer writer = { out, setting->c_name, 0 };
	struct value absent = { .type = setting->type };

	if (setting->is_optional)
		buffer_printf(out, "enum { %s_is_set = %d };\n",
			      setting->c_name, is_set);
	if (setting->type == TYPE_FILE || setting->type == TYPE_FILES) {
		content_write_c(out, setting, is_set ? value->content : NULL);
		return;
	}
	if (has_files(setting))
		buffer_printf(out, "#include <unicc/files.h>\n");
	define_types(out, setting, false);
	(c->write != NULL ? c->write : write_object)(&writer, setting,
						     is_set ? value : &absent);
}
