/* SPDX-License-Identifier: ISC */
/*
 * Lists and maps: values made of values of a simple type.
 *
 * Every item is accepted as a setting of its type would be, under a name that
 * says which one it is; a map is sorted by its keys.
 */
#include <stdlib.h>
#include <string.h>

#include "type_rows.h"

/* What one item of a list or map must be. */
struct setting
type_item_setting(const struct setting *setting)
{
	struct setting item = { .name = setting->name,
				.c_name = setting->c_name,
				.type = setting->item_type };

	type_default_range(&item);
	return item;
}

static bool
accept_items_count(const struct accept *accept, size_t count)
{
	const struct setting *setting = accept->setting;

	if ((int64_t)count >= setting->min && (int64_t)count <= setting->max)
		return true;
	type_complain(accept, E0203, "found %zu entries; allowed is %s", count,
		      type_allowed(setting));
	return false;
}

bool
type_accept_list(const struct accept *accept)
{
	struct setting inner = type_item_setting(accept->setting);
	lua_State *L = accept->item->script->state;
	struct item_keys keys;
	bool is_good = true;
	size_t i;

	if (lua_type(L, accept->item->index) != LUA_TTABLE)
		return type_refuse(accept);
	keys = item_keys(accept->item);
	if (keys.names_count != 0 || keys.strange != NULL) {
		type_complain(accept, E0202, "found the key %s; a list has "
			      "none", keys.names_count != 0 ? keys.names[0]
							    : keys.strange);
		return false;
	}
	if (!accept_items_count(accept, keys.elements_count))
		return false;
	accept->value->items =
		arena_alloc(keys.elements_count, sizeof *accept->value->items);
	accept->value->items_count = keys.elements_count;
	for (i = 0; i < keys.elements_count; i++) {
		struct item element;

		item_element(accept->item, (int64_t)i + 1, &element);
		is_good &= type_accept_one(&(struct accept){
			&inner, &element, accept->blame,
			&accept->value->items[i] });
		lua_pop(L, 1);
	}
	return is_good;
}

bool
type_accept_map(const struct accept *accept)
{
	struct setting inner = type_item_setting(accept->setting);
	lua_State *L = accept->item->script->state;
	struct item_keys keys;
	bool is_good = true;
	size_t i;

	if (lua_type(L, accept->item->index) != LUA_TTABLE)
		return type_refuse(accept);
	keys = item_keys(accept->item);
	if (keys.elements_count != 0 || keys.strange != NULL) {
		type_complain(accept, E0202, "found an entry under %s; every "
			      "key is a text",
			      keys.strange != NULL ? keys.strange
						   : "the number 1");
		return false;
	}
	if (!accept_items_count(accept, keys.names_count))
		return false;
	accept->value->items =
		arena_alloc(keys.names_count, sizeof *accept->value->items);
	accept->value->keys = keys.names;
	accept->value->items_count = keys.names_count;
	for (i = 0; i < keys.names_count; i++) {
		struct item field;
		struct type_blame blame = *accept->blame;

		blame.subject = arena_printf("%s.%s", blame.subject,
					     keys.names[i]);
		if (!item_field(accept->item, keys.names[i], &field))
			continue;
		if (!type_is_utf8(keys.names[i])) {
			type_complain(accept, E0203, "a key that is no UTF-8");
			is_good = false;
		}
		is_good &= type_accept_one(&(struct accept){
			&inner, &field, &blame, &accept->value->items[i] });
		lua_pop(L, 1);
	}
	return is_good;
}

static const char *
show_key(const char *key)
{
	if (is_name(key))
		return key;
	return arena_printf("[\"%s\"]", key);
}

const char *
type_show_items(const struct setting *setting, const struct value *value)
{
	struct setting inner = type_item_setting(setting);
	struct buffer out = { 0 };
	size_t i;

	buffer_printf(&out, "{");
	for (i = 0; i < value->items_count; i++)
		buffer_printf(&out, "%s%s%s%s", i == 0 ? " " : ", ",
			      value->keys == NULL ? ""
						  : show_key(value->keys[i]),
			      value->keys == NULL ? "" : " = ",
			      type_show(&inner, &value->items[i]));
	buffer_printf(&out, value->items_count == 0 ? "}" : " }");
	return type_keep(&out);
}

static void
write_item(struct buffer *out, const struct value *value)
{
	const uint8_t *mac = value->mac;

	switch (value->type) {
	case TYPE_TEXT:
		buffer_c_string(out, value->text, strlen(value->text));
		break;
	case TYPE_CIDR:
		buffer_printf(out, "{ 0x%08x, %u }", (unsigned)value->number,
			      value->prefix_bits);
		break;
	case TYPE_MAC:
		buffer_printf(out, "{ { 0x%02x, 0x%02x, 0x%02x, 0x%02x, "
			      "0x%02x, 0x%02x } }", mac[0], mac[1], mac[2],
			      mac[3], mac[4], mac[5]);
		break;
	default:
		buffer_printf(out, "%s", type_c_number(value->number));
	}
}

static const char *
item_c_type(enum type type)
{
	switch (type) {
	case TYPE_FLAG: return "bool ";
	case TYPE_PORT: return "uint16_t ";
	case TYPE_IPV4: return "uint32_t ";
	case TYPE_TEXT: return "char *const ";
	case TYPE_CIDR: return "struct cidr ";
	case TYPE_MAC: return "struct mac ";
	case TYPE_SIZE: case TYPE_DURATION: return "uint64_t ";
	default: return "int64_t ";
	}
}

void
type_write_list(struct buffer *out, const struct setting *setting,
		const struct value *value)
{
	size_t i;

	buffer_printf(out, "static const %s%s[] = {\n",
		      item_c_type(setting->item_type), setting->c_name);
	for (i = 0; i < value->items_count; i++) {
		buffer_printf(out, "\t");
		write_item(out, &value->items[i]);
		buffer_printf(out, ",\n");
	}
	if (value->items_count == 0)
		buffer_printf(out, "\t%s\n",
			      setting->item_type == TYPE_CIDR ? "{ 0, 0 }"
			      : setting->item_type == TYPE_MAC ? "{ { 0 } }"
							       : "0");
	buffer_printf(out, "};\nenum { %s_count = %zu };\n", setting->c_name,
		      value->items_count);
}

void
type_write_map(struct buffer *out, const struct setting *setting,
	       const struct value *value)
{
	size_t i;

	buffer_printf(out, "static const struct pair %s[] = {\n",
		      setting->c_name);
	for (i = 0; i < value->items_count; i++) {
		buffer_printf(out, "\t{ ");
		buffer_c_string(out, value->keys[i], strlen(value->keys[i]));
		buffer_printf(out, ", ");
		write_item(out, &value->items[i]);
		buffer_printf(out, " },\n");
	}
	if (value->items_count == 0)
		buffer_printf(out, "\t{ 0, 0 }\n");
	buffer_printf(out, "};\nenum { %s_count = %zu };\n", setting->c_name,
		      value->items_count);
}
