/* SPDX-License-Identifier: ISC */
/*
 * The table of types: one row says how a type is read, shown and written as
 * C. See type.h.
 */
#include "type_rows.h"

#include <string.h>

/* The buffer's text, in the arena. */
const char *
type_keep(struct buffer *buffer)
{
	return buffer_keep(buffer);
}

/* ---- Complaints ------------------------------------------------------ */

void
type_complain(const struct accept *accept, enum diag_code code,
	      const char *format, ...)
{
	va_list args;
	const char *message;

	va_start(args, format);
	message = arena_vprintf(format, args);
	va_end(args);
	if (accept->blame->is_module)
		code = E0501;
	else if (accept->blame->is_manifest)
		code = E0608;
	diag(code, item_where(accept->item), accept->blame->subject, "%s", message);
}

/* The wrong type. Silent about what an earlier error left behind. */
bool
type_refuse(const struct accept *accept)
{
	const struct item *item = accept->item;
	lua_State *L = item->script->state;

	if (script_is_poison(L, item->index))
		return false;
	type_complain(accept, E0202, "found %s; allowed is %s",
		      item_found(item), type_allowed(accept->setting));
	return false;
}

/* ---- Flags ----------------------------------------------------------- */

static bool
accept_flag(const struct accept *accept)
{
	const struct item *item = accept->item;
	lua_State *L = item->script->state;
	const char *text;

	if (lua_type(L, item->index) == LUA_TBOOLEAN) {
		accept->value->number = lua_toboolean(L, item->index);
		return true;
	}
	type_refuse(accept);
	text = item_text(item);
	if (text != NULL && (text_equal(text, "true") ||
			     text_equal(text, "yes") || text_equal(text, "on")))
		diag_fix("write true, without quotes");
	else if (text != NULL &&
		 (text_equal(text, "false") || text_equal(text, "no") ||
		  text_equal(text, "off")))
		diag_fix("write false, without quotes");
	return false;
}

static const char *
show_flag(const struct setting *setting, const struct value *value)
{
	(void)setting;
	return value->number != 0 ? "true" : "false";
}

/* ---- Texts ----------------------------------------------------------- */

bool
type_is_utf8(const char *text)
{
	size_t size;

	while (*text != '\0') {
		size = text_utf8_size(text);
		if (size == 0)
			return false;
		text += size;
	}
	return true;
}

static bool
accept_text(const struct accept *accept)
{
	const struct setting *setting = accept->setting;
	const struct item *item = accept->item;
	lua_State *L = item->script->state;
	size_t size;

	if (lua_type(L, item->index) != LUA_TSTRING) {
		type_refuse(accept);
		if (lua_isinteger(L, item->index))
			diag_fix("write \"%s\"", item_found(item));
		return false;
	}
	accept->value->text = item_text(item);
	if (accept->value->text == NULL || !type_is_utf8(accept->value->text)) {
		type_complain(accept, E0203, "found %s; a text is UTF-8 without "
			      "a zero byte", item_found(item));
		return false;
	}
	size = strlen(accept->value->text);
	if (size < (size_t)setting->min || size > (size_t)setting->max) {
		type_complain(accept, E0203, "found a text of %zu bytes; allowed "
			      "is %s", size, type_allowed(setting));
		if (size > (size_t)setting->max)
			diag_fix("shorten it by %zu bytes",
				 size - (size_t)setting->max);
		return false;
	}
	return true;
}

static const char *
show_text(const struct setting *setting, const struct value *value)
{
	struct buffer out = { 0 };

	(void)setting;
	buffer_c_string(&out, value->text, strlen(value->text));
	return type_keep(&out);
}

/* ---- Choices --------------------------------------------------------- */

static bool
accept_choice(const struct accept *accept)
{
	const struct setting *setting = accept->setting;
	const char *text = item_text(accept->item), *nearest;
	size_t i;

	if (lua_type(accept->item->script->state, accept->item->index) !=
	    LUA_TSTRING)
		return type_refuse(accept);
	for (i = 0; text != NULL && i < setting->choices_count; i++)
		if (text_equal(text, setting->choices[i])) {
			accept->value->number = (int64_t)i;
			accept->value->text = setting->choices[i];
			return true;
		}
	type_complain(accept, E0205, "found %s; allowed is %s",
		      item_found(accept->item), type_allowed(setting));
	nearest = text == NULL ? NULL
			       : text_nearest(text, setting->choices,
					      setting->choices_count);
	if (nearest != NULL)
		diag_fix("write \"%s\"", nearest);
	return false;
}

/* ---- Secrets --------------------------------------------------------- */

/* Whatever is written is not repeated. */
static bool
accept_secret(const struct accept *accept)
{
	lua_State *L = accept->item->script->state;

	if (script_is_poison(L, accept->item->index))
		return false;
	type_complain(accept, E0209, "a secret stands in no configuration: it "
		      "would be frozen into the image");
	diag_fix("write sealed(); unicc seal IMAGE --set-file %s=FILE fills it "
		 "in", accept->blame->subject);
	return false;
}

static const char *
show_secret(const struct setting *setting, const struct value *value)
{
	(void)setting;
	(void)value;
	return "secret";
}

/* ---- The table ------------------------------------------------------- */

static const struct row {
	const char *name;
	bool (*accept)(const struct accept *accept);
	const char *(*show)(const struct setting *setting,
			    const struct value *value);
	const char *c_suffix;
	int64_t min, max;	/* unless a setting says otherwise */
	struct type_form c;
} types[TYPES] = {
	[TYPE_FLAG] = { "flag", accept_flag, show_flag, "", 0, 1,
			{ type_write_flag, type_c_flag, "bool" } },
	[TYPE_INT] = { "int", type_accept_integer, type_show_integer, "", INT64_MIN,
		       INT64_MAX,
		       { type_write_integer, type_c_integer, "int64_t" } },
	[TYPE_SIZE] = { "size", type_accept_integer, type_show_integer, "_bytes", 0,
			INT64_MAX,
			{ type_write_integer, type_c_integer, "uint64_t" } },
	[TYPE_DURATION] = { "duration", type_accept_integer, type_show_integer, "_ns", 0,
			    INT64_MAX,
			    { type_write_integer, type_c_integer, "uint64_t" } },
	[TYPE_PORT] = { "port", type_accept_integer, type_show_integer, "", 1, 65535,
			{ type_write_integer, type_c_integer, "uint16_t" } },
	[TYPE_TEXT] = { "text", accept_text, show_text, "", 0, TEXT_BYTES_MAX,
			{ type_write_text, type_c_text, "const char *" } },
	[TYPE_CHOICE] = { "choice", accept_choice, show_text, "", 0, 0,
			  { type_write_choice, type_c_choice, "int" } },
	[TYPE_IPV4] = { "ipv4", type_accept_ipv4, type_show_ipv4, "", 0, 0,
			{ NULL, type_c_ipv4, "uint32_t" } },
	[TYPE_IPV6] = { "ipv6", type_accept_ipv6, type_show_ipv6, "", 0, 0,
			{ NULL, type_c_ipv6, "struct ipv6" } },
	[TYPE_CIDR] = { "cidr", type_accept_cidr, type_show_cidr, "", 0, 0,
			{ NULL, type_c_cidr, "struct cidr" } },
	[TYPE_MAC] = { "mac", type_accept_mac, type_show_mac, "", 0, 0,
		       { NULL, type_c_mac, "struct mac" } },
	[TYPE_FILE] = { "file", accept_text, show_text, "", 1, 4096,
			{ NULL, type_c_file, "struct blob" } },
	[TYPE_FILES] = { "files", accept_text, show_text, "", 1, 4096,
			 { NULL, type_c_files, "struct files" } },
	[TYPE_LIST] = { "list", type_accept_list, type_show_items, "", 0,
			LIST_ITEMS_MAX,
			{ type_write_items, type_c_items, NULL } },
	[TYPE_MAP] = { "map", type_accept_map, type_show_items, "", 0,
		       LIST_ITEMS_MAX,
		       { type_write_items, type_c_items, NULL } },
	[TYPE_RECORD] = { "record", type_accept_record, type_show_record, "", 0,
			  0, { NULL, type_c_record, NULL } },
	/* Written so, as "", only where an optional one is not given. */
	[TYPE_SECRET] = { "secret", accept_secret, show_secret, "", 1,
			  TEXT_BYTES_MAX,
			  { type_write_text, NULL, NULL } },
};

const struct type_form *
type_form(enum type type)
{
	return &types[type].c;
}

const char *
type_name(enum type type)
{
	return types[type].name;
}

enum type
type_by_name(const char *name)
{
	int type;

	for (type = 0; type < TYPES; type++)
		if (text_equal(types[type].name, name))
			break;
	return (enum type)type;
}

const char *
type_c_suffix(enum type type)
{
	return types[type].c_suffix;
}

void
type_default_range(struct setting *setting)
{
	setting->min = types[setting->type].min;
	setting->max = types[setting->type].max;
}

static bool
is_word(const char *text, const char *letters)
{
	size_t size = strspn(text, letters);

	return text[0] >= 'a' && text[0] <= 'z' && text[size] == '\0' &&
	       size <= 64;
}

bool
is_name(const char *text)
{
	return is_word(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
}

bool
is_image_name(const char *text)
{
	return is_word(text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
}

bool
type_accept_one(const struct accept *accept)
{
	accept->value->type = accept->setting->type;
	return types[accept->setting->type].accept(accept);
}

bool
type_accept(const struct setting *setting, const struct item *item,
	    const struct type_blame *blame, struct value *value)
{
	return type_accept_one(&(struct accept){ setting, item, blame, value });
}

const char *
type_show(const struct setting *setting, const struct value *value)
{
	return types[value->type].show(setting, value);
}
