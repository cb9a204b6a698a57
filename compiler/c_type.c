/* SPDX-License-Identifier: ISC */
/*
 * The table of types of build-time C: one row says how a type is declared,
 * how it looks in C and to the child, and which settings have its values. See
 * native.h.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "native.h"
#include "native_wire.h"
#include "type_rows.h"

static const struct {
	const char *name, *in_c, *code;
	size_t size, alignment;	/* of its image; 0: it has none */
	enum type type;		/* of the settings with the same values */
	int64_t min, max;	/* of a number */
} rows[C_KINDS] = {
	[C_FLAG] = { "flag", "bool ", "?", 1, 1, TYPE_FLAG, 0, 1 },
	[C_U8] = { "u8", "uint8_t ", "B", 1, 1, TYPE_INT, 0, UINT8_MAX },
	[C_U16] = { "u16", "uint16_t ", "H", 2, 2, TYPE_INT, 0, UINT16_MAX },
	[C_U32] = { "u32", "uint32_t ", "I", 4, 4, TYPE_INT, 0, UINT32_MAX },
	/* Lua's numbers end here. */
	[C_U64] = { "u64", "uint64_t ", "Q", 8, 8, TYPE_INT, 0, INT64_MAX },
	[C_I8] = { "i8", "int8_t ", "b", 1, 1, TYPE_INT, INT8_MIN, INT8_MAX },
	[C_I16] = { "i16", "int16_t ", "h", 2, 2, TYPE_INT, INT16_MIN,
		    INT16_MAX },
	[C_I32] = { "i32", "int32_t ", "i", 4, 4, TYPE_INT, INT32_MIN,
		    INT32_MAX },
	[C_I64] = { "i64", "int64_t ", "q", 8, 8, TYPE_INT, INT64_MIN,
		    INT64_MAX },
	[C_IPV4] = { "ipv4", "uint32_t ", "I", 4, 4, TYPE_IPV4, 0, 0 },
	[C_CIDR] = { "cidr", "struct cidr ", "{II}", 8, 4, TYPE_CIDR, 0, 0 },
	[C_IPV6] = { "ipv6", "struct ipv6 ", "{BBBBBBBBBBBBBBBB}", 16, 1,
		     TYPE_IPV6, 0, 0 },
	[C_MAC] = { "mac", "struct mac ", "{BBBBBB}", 6, 1, TYPE_MAC, 0, 0 },
	[C_TEXT] = { "text", "const char *", "s", 0, 0, TYPE_TEXT, 0,
		     WIRE_TEXT_MAX },
	[C_BYTES] = { "bytes", "const uint8_t *", "y", 0, 0, TYPES, 0, 0 },
	[C_RECORD] = { NULL, NULL, NULL, 0, 0, TYPES, 0, 0 },
};

/* ---- Reading declarations -------------------------------------------------- */

static void
skip_blanks(const char **at)
{
	*at += strspn(*at, " \t\n");
}

/* Cut the next word off *at; NULL if there is none. */
static const char *
take_word(const char **at)
{
	const char *start;

	skip_blanks(at);
	start = *at;
	while ((**at >= 'a' && **at <= 'z') || (**at >= '0' && **at <= '9') ||
	       **at == '_')
		(*at)++;
	return *at == start ? NULL
			    : arena_copy_n(start, (size_t)(*at - start));
}

static bool
take_symbol(const char **at, char symbol)
{
	skip_blanks(at);
	if (**at != symbol)
		return false;
	(*at)++;
	return true;
}

/* "[4096]" behind the bytes of a result. */
static bool
take_bound(const char **at, uint32_t *bytes_max)
{
	unsigned long number;
	char *end;

	if (!take_symbol(at, '[') || **at < '1' || **at > '9')
		return false;
	number = strtoul(*at, &end, 10);
	*at = end;
	*bytes_max = (uint32_t)number;
	return number <= WIRE_BYTES_MAX && take_symbol(at, ']');
}

bool
c_type_take(const char **at, const struct module *module, struct c_type *type)
{
	const char *word = take_word(at);
	size_t i;

	*type = (struct c_type){ 0 };
	for (i = 0; word != NULL && i < C_KINDS; i++)
		if (rows[i].name != NULL && text_equal(word, rows[i].name)) {
			type->kind = (enum c_kind)i;
			return true;
		}
	for (i = 0; word != NULL && i < module->records.count; i++)
		if (text_equal(word, module->records.at[i]->name)) {
			type->kind = C_RECORD;
			type->record = module->records.at[i];
			return true;
		}
	return false;
}

/* "TYPE NAME, ..." up to the character end. */
static const char *
take_names(const char **at, char end, const struct module *module,
	   struct c_type *types, const char **names, size_t *count, size_t room)
{
	size_t i;

	do {
		const char *before = *at;

		if (*count == room)
			return arena_printf("more than %zu of them", room);
		skip_blanks(&before);
		if (!c_type_take(at, module, &types[*count]))
			return arena_printf("there is no type called \"%.*s\"",
					    (int)strcspn(before, " ,()"),
					    before);
		names[*count] = take_word(at);
		if (names[*count] == NULL)
			return "a type stands without a name";
		if (!is_name(names[*count]))
			return arena_printf("%s is no name", names[*count]);
		for (i = 0; i < *count; i++)
			if (text_equal(names[i], names[*count]))
				return arena_printf("%s stands there twice",
						    names[i]);
		(*count)++;
	} while (take_symbol(at, ','));
	skip_blanks(at);
	if (**at != end)
		return arena_printf("\"%s\" is not understood", *at);
	return NULL;
}

const char *
c_signature_read(const char *text, const struct module *module,
		 struct function *function)
{
	const char *at = text, *wrong;

	if (!c_type_take(&at, module, &function->result))
		return "it does not begin with the type of its result";
	if (function->result.kind == C_BYTES &&
	    !take_bound(&at, &function->result.bytes_max))
		return "how many bytes at most its result has is written "
		       "bytes[4096], up to 16 MiB";
	function->arguments = arena_alloc(C_ARGUMENTS_MAX,
					  sizeof *function->arguments);
	function->argument_names = arena_alloc(
		C_ARGUMENTS_MAX, sizeof *function->argument_names);
	if (!take_symbol(&at, '('))
		return "the type of its result is followed by (";
	if (!take_symbol(&at, ')')) {
		wrong = take_names(&at, ')', module, function->arguments,
				   function->argument_names,
				   &function->arguments_count, C_ARGUMENTS_MAX);
		if (wrong != NULL)
			return wrong;
		at++;
	}
	skip_blanks(&at);
	return *at == '\0' ? NULL : "something follows its arguments";
}

static size_t size_of(const struct c_type *type);

static size_t
depth_of(const struct c_record *record)
{
	size_t deepest = 0, i;

	for (i = 0; i < record->fields_count; i++)
		if (record->fields[i].kind == C_RECORD) {
			size_t depth = depth_of(record->fields[i].record);

			deepest = depth > deepest ? depth : deepest;
		}
	return deepest + 1;
}

const char *
c_record_read(const char *text, const struct module *module,
	      struct c_record *record)
{
	const char *at = text, *wrong;
	size_t i;

	record->fields = arena_alloc(C_FIELDS_MAX, sizeof *record->fields);
	record->field_names =
		arena_alloc(C_FIELDS_MAX, sizeof *record->field_names);
	wrong = take_names(&at, '\0', module, record->fields,
			   record->field_names, &record->fields_count,
			   C_FIELDS_MAX);
	if (wrong != NULL)
		return wrong;
	for (i = 0; i < record->fields_count; i++)
		if (record->fields[i].kind == C_TEXT ||
		    record->fields[i].kind == C_BYTES)
			return "a record holds neither text nor bytes";
	if (depth_of(record) > C_RECORDS_DEEP_MAX)
		return "records lie more than 4 deep in it";
	if (size_of(&(struct c_type){ C_RECORD, record, 0 }) >
	    C_RECORD_BYTES_MAX)
		return "it takes more than 512 bytes";
	return NULL;
}

/* ---- Saying types and values ------------------------------------------------ */

const char *
c_type_show(const struct c_type *type)
{
	if (type->kind == C_RECORD)
		return type->record->name;
	if (type->bytes_max != 0)
		return arena_printf("%s[%u]", rows[type->kind].name,
				    type->bytes_max);
	return rows[type->kind].name;
}

static const char *
show_names(const struct c_type *types, const char *const *names, size_t count)
{
	struct buffer out = { 0 };
	size_t i;

	for (i = 0; i < count; i++)
		buffer_printf(&out, "%s%s %s", i == 0 ? "" : ", ",
			      c_type_show(&types[i]), names[i]);
	return type_keep(&out);
}

const char *
c_signature_show(const struct function *function)
{
	return arena_printf("%s(%s) -> %s", function->name,
			    show_names(function->arguments,
				       function->argument_names,
				       function->arguments_count),
			    c_type_show(&function->result));
}

const char *
c_record_show(const struct c_record *record)
{
	return show_names(record->fields, record->field_names,
			  record->fields_count);
}

const char *
c_type_show_value(const struct c_type *type, const struct native_value *value)
{
	struct setting setting;
	struct buffer out = { 0 };
	size_t i;

	if (type->kind == C_TEXT && value->value.text == NULL)
		return "no text";
	if (type->kind == C_BYTES)
		return arena_printf("%zu bytes", value->bytes.size);
	if (type->kind != C_RECORD) {
		struct value plain = value->value;

		setting = c_type_setting(type, "value");
		plain.type = setting.type;
		return type_show(&setting, &plain);
	}
	for (i = 0; i < type->record->fields_count; i++)
		buffer_printf(&out, "%s%s = %s", i == 0 ? "{ " : ", ",
			      type->record->field_names[i],
			      c_type_show_value(&type->record->fields[i],
						&value->fields[i]));
	buffer_printf(&out, " }");
	return type_keep(&out);
}

const char *
c_type_in_c(const struct c_type *type, const char *module)
{
	if (type->kind == C_RECORD)
		return arena_printf("struct %s_%s ", module,
				    type->record->name);
	return rows[type->kind].in_c;
}

struct setting
c_type_setting(const struct c_type *type, const char *name)
{
	return (struct setting){
		.name = name, .c_name = name, .type = rows[type->kind].type,
		.min = rows[type->kind].min, .max = rows[type->kind].max,
	};
}

/* Each field of the struct is one of the record, which may have more. */
static bool
takes_fields(const struct c_record *record, const struct setting *setting)
{
	size_t i, index;

	for (i = 0; i < record->fields_count; i++) {
		index = type_field_index(setting, record->field_names[i]);
		if (index == setting->fields.count ||
		    !c_type_takes(&record->fields[i],
				  &setting->fields.at[index]))
			return false;
	}
	return true;
}

bool
c_type_takes(const struct c_type *type, const struct setting *setting)
{
	switch (setting->type) {
	case TYPE_INT: case TYPE_SIZE: case TYPE_DURATION: case TYPE_PORT:
		return rows[type->kind].type == TYPE_INT &&
		       setting->min >= rows[type->kind].min &&
		       setting->max <= rows[type->kind].max;
	case TYPE_CHOICE:
		return type->kind == C_TEXT ||
		       (rows[type->kind].type == TYPE_INT &&
			(int64_t)setting->choices_count <=
				rows[type->kind].max);
	case TYPE_FLAG: case TYPE_TEXT: case TYPE_IPV4: case TYPE_IPV6:
	case TYPE_CIDR: case TYPE_MAC:
		return rows[type->kind].type == setting->type;
	case TYPE_RECORD:
		return type->kind == C_RECORD &&
		       takes_fields(type->record, setting);
	default:
		return false;
	}
}

/* ---- Bytes ------------------------------------------------------------------ */

void
c_type_write_code(struct buffer *out, const struct c_type *type)
{
	size_t i;

	if (type->kind != C_RECORD) {
		buffer_printf(out, "%s", rows[type->kind].code);
		if (type->bytes_max != 0)
			buffer_printf(out, "%u;", type->bytes_max);
		return;
	}
	buffer_printf(out, "{");
	for (i = 0; i < type->record->fields_count; i++)
		c_type_write_code(out, &type->record->fields[i]);
	buffer_printf(out, "}");
}

static size_t
alignment_of(const struct c_type *type)
{
	size_t most = 1, i;

	if (type->kind != C_RECORD)
		return rows[type->kind].alignment;
	for (i = 0; i < type->record->fields_count; i++) {
		size_t alignment = alignment_of(&type->record->fields[i]);

		most = alignment > most ? alignment : most;
	}
	return most;
}

static size_t
round_up(size_t size, size_t alignment)
{
	return (size + alignment - 1) / alignment * alignment;
}

/* A record's fields follow each other as C lays them out. */
static size_t
size_of(const struct c_type *type)
{
	size_t size = 0, i;

	if (type->kind != C_RECORD)
		return rows[type->kind].size;
	for (i = 0; i < type->record->fields_count; i++) {
		const struct c_type *field = &type->record->fields[i];

		size = round_up(size, alignment_of(field)) + size_of(field);
	}
	return round_up(size, alignment_of(type));
}

static void
write_image(uint8_t *at, const struct c_type *type,
	    const struct native_value *value)
{
	uint32_t words[2] = { (uint32_t)value->value.number,
			      value->value.prefix_bits };
	size_t offset = 0, i;

	switch (type->kind) {
	case C_CIDR:
		memcpy(at, words, sizeof words);
		break;
	case C_IPV6:
		memcpy(at, value->value.ipv6, sizeof value->value.ipv6);
		break;
	case C_MAC:
		memcpy(at, value->value.mac, sizeof value->value.mac);
		break;
	case C_RECORD:
		for (i = 0; i < type->record->fields_count; i++) {
			const struct c_type *field = &type->record->fields[i];

			offset = round_up(offset, alignment_of(field));
			write_image(at + offset, field, &value->fields[i]);
			offset += size_of(field);
		}
		break;
	default:
		/* x86-64, where the low bytes come first. */
		memcpy(at, &value->value.number, rows[type->kind].size);
	}
}

static int64_t
read_number(const uint8_t *at, enum c_kind kind)
{
	uint64_t number = 0;
	unsigned spare = 64 - 8 * (unsigned)rows[kind].size;

	memcpy(&number, at, rows[kind].size);
	if (rows[kind].min < 0)
		return (int64_t)(number << spare) >> spare;
	return (int64_t)number;
}

/* False: the bytes are no value of the type. */
static bool
read_image(const uint8_t *at, const struct c_type *type,
	   struct native_value *value)
{
	uint32_t words[2];
	size_t offset = 0, i;

	value->value.type = rows[type->kind].type;
	switch (type->kind) {
	case C_FLAG:
		value->value.number = *at;
		return *at <= 1;
	case C_CIDR:
		memcpy(words, at, sizeof words);
		value->value.number = words[0];
		value->value.prefix_bits = words[1];
		return words[1] <= 32;
	case C_IPV6:
		memcpy(value->value.ipv6, at, sizeof value->value.ipv6);
		return true;
	case C_MAC:
		memcpy(value->value.mac, at, sizeof value->value.mac);
		return true;
	case C_RECORD:
		value->fields = arena_alloc(type->record->fields_count,
					    sizeof *value->fields);
		for (i = 0; i < type->record->fields_count; i++) {
			const struct c_type *field = &type->record->fields[i];

			offset = round_up(offset, alignment_of(field));
			if (!read_image(at + offset, field, &value->fields[i]))
				return false;
			offset += size_of(field);
		}
		return true;
	default:
		value->value.number = read_number(at, type->kind);
		/* Of u64, what Lua and a setting do not reach. */
		return type->kind != C_U64 || value->value.number >= 0;
	}
}

static void
pad(struct buffer *out)
{
	static const uint8_t zeros[WIRE_PADDING];

	buffer_add(out, zeros, -out->size % WIRE_PADDING);
}

static void
encode_bytes(struct buffer *out, const void *at, uint64_t size)
{
	buffer_add(out, &size, sizeof size);
	if (size == WIRE_NONE)
		return;
	buffer_add(out, at, size);
	buffer_add(out, "", 1);
	pad(out);
}

void
c_type_encode(struct buffer *out, const struct c_type *type,
	      const struct native_value *value)
{
	const char *text = value->value.text;
	size_t size = size_of(type);
	uint8_t *image;

	if (type->kind == C_TEXT) {
		encode_bytes(out, text, text == NULL ? WIRE_NONE
						     : strlen(text));
	} else if (type->kind == C_BYTES) {
		encode_bytes(out, value->bytes.at, value->bytes.size);
	} else {
		image = arena_alloc(size, 1);
		write_image(image, type, value);
		buffer_add(out, image, size);
		pad(out);
	}
}

/* Cut bytes with their size before them off in. */
static bool
decode_bytes(struct bytes *in, uint64_t most, struct bytes *bytes)
{
	uint64_t size;

	*bytes = (struct bytes){ 0 };
	if (in->size < sizeof size)
		return false;
	memcpy(&size, in->at, sizeof size);
	in->at += sizeof size;
	in->size -= sizeof size;
	if (size == WIRE_NONE)
		return true;
	if (size > most || in->size < round_up(size + 1, WIRE_PADDING))
		return false;
	*bytes = (struct bytes){ in->at, size };
	in->at += round_up(size + 1, WIRE_PADDING);
	in->size -= round_up(size + 1, WIRE_PADDING);
	return true;
}

bool
c_type_decode(struct bytes *in, const struct c_type *type,
	      struct native_value *value)
{
	size_t size = round_up(size_of(type), WIRE_PADDING);
	struct bytes bytes;

	*value = (struct native_value){ 0 };
	if (type->kind == C_TEXT || type->kind == C_BYTES) {
		if (!decode_bytes(in, type->kind == C_TEXT ? WIRE_TEXT_MAX
							   : type->bytes_max,
				  &bytes) ||
		    (type->kind == C_BYTES && bytes.at == NULL))
			return false;
		value->value.type = TYPE_TEXT;
		value->bytes = bytes;
		if (bytes.at != NULL)
			value->value.text = arena_copy_n(
				(const char *)bytes.at, bytes.size);
		if (bytes.at != NULL)
			value->bytes.at = (const uint8_t *)value->value.text;
		return type->kind == C_BYTES || bytes.at == NULL ||
		       strlen(value->value.text) == bytes.size;
	}
	if (in->size < size || !read_image(in->at, type, value))
		return false;
	in->at += size;
	in->size -= size;
	return true;
}
