/* SPDX-License-Identifier: ISC */
/*
 * Values made of values: lists, maps, records.
 *
 * Every item or field is accepted as a setting of its type would be, under a
 * name that says which one it is, and has an origin of its own. A map is sorted
 * by its keys.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "type_rows.h"

/* What C keeps of one value is not counted as memory of Lua. */
enum { VALUE_STEPS = 20 };

/* ---- Accepting ------------------------------------------------------- */

static void
make_items(const struct accept *accept, size_t count)
{
	struct value *value = accept->value;

	script_charge(accept->item->script, VALUE_STEPS * (count + 1));
	value->items = arena_alloc(count, sizeof *value->items);
	value->origins = arena_alloc(count, sizeof *value->origins);
	value->items_count = count;
}

bool
type_accept_part(const struct setting *setting, const struct item *item,
		 const struct type_blame *blame, struct value *value,
		 struct origin *origin)
{
	*value = (struct value){ .type = setting->type };
	*origin = (struct origin){ .kind = ORIGIN_DEFAULT };
	if (!blame->is_module)
		*origin = (struct origin){ ORIGIN_CONFIG, item_key_where(item),
					   NULL };
	if (blame->refine != NULL)
		blame->refine(blame, item, origin);
	return type_accept_one(&(struct accept){ setting, item, blame, value });
}

/* Accept the value at item as one part of another. */
static bool
accept_part(const struct accept *accept, const struct setting *setting,
	    const struct item *item, const char *subject, size_t index)
{
	struct type_blame blame = *accept->blame;

	blame.subject = subject;
	return type_accept_part(setting, item, &blame,
				&accept->value->items[index],
				&accept->value->origins[index]);
}

static bool
accept_items_count(const struct accept *accept, size_t count)
{
	const struct setting *setting = accept->setting;

	if ((int64_t)count >= setting->min && (int64_t)count <= setting->max)
		return true;
	type_complain(accept, E0203, "found %zu entries; allowed is %s", count,
		      type_allowed(setting));
	if ((int64_t)count > setting->max)
		diag_fix("remove %lld of them",
			 (long long)count - (long long)setting->max);
	return false;
}

static const char *
show_key(const char *key)
{
	struct buffer out = { 0 };

	if (is_name(key))
		return key;
	buffer_printf(&out, "[");
	buffer_c_string(&out, key, strlen(key));
	buffer_printf(&out, "]");
	return type_keep(&out);
}

bool
type_accept_list(const struct accept *accept)
{
	lua_State *L = accept->item->script->state;
	struct item_keys keys;
	bool is_good = true;
	size_t i;

	if (lua_type(L, accept->item->index) != LUA_TTABLE)
		return type_refuse(accept);
	keys = item_keys(accept->item);
	if (keys.names_count != 0 || keys.strange != NULL) {
		type_complain(accept, E0202, "found an entry under %s; a list "
			      "has no keys",
			      keys.names_count != 0 ? show_key(keys.names[0])
						    : keys.strange);
		if (keys.names_count == 0 && keys.elements_count != 0)
			diag_fix("leave no nil among its entries");
		return false;
	}
	if (!accept_items_count(accept, keys.elements_count))
		return false;
	make_items(accept, keys.elements_count);
	for (i = 0; i < keys.elements_count; i++) {
		struct item element;

		item_element(accept->item, (int64_t)i + 1, &element);
		is_good &= accept_part(accept, accept->setting->item, &element,
				       arena_printf("%s[%zu]",
						    accept->blame->subject,
						    i + 1), i);
		lua_pop(L, 1);
	}
	return is_good;
}

const char *
type_entry_name(const char *subject, const char *key)
{
	return arena_printf("%s%s%s", subject, is_name(key) ? "." : "",
			    show_key(key));
}

bool
type_accept_map(const struct accept *accept)
{
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
	make_items(accept, keys.names_count);
	accept->value->keys = keys.names;
	for (i = 0; i < keys.names_count; i++) {
		struct item field;

		item_field(accept->item, keys.names[i], &field);
		if (!type_is_utf8(keys.names[i])) {
			type_complain(accept, E0203, "a key that is no UTF-8");
			is_good = false;
		}
		is_good &= accept_part(accept, accept->setting->item, &field,
				       type_entry_name(accept->blame->subject,
						  keys.names[i]), i);
		lua_pop(L, 1);
	}
	return is_good;
}

/* ---- Records --------------------------------------------------------- */

size_t
type_field_index(const struct setting *record, const char *name)
{
	size_t i;

	for (i = 0; i < record->fields.count; i++)
		if (text_equal(record->fields.at[i].name, name))
			break;
	return i;
}

/* A key that is no field. */
static void
refuse_key(const struct accept *accept, const char *key)
{
	const struct setting *setting = accept->setting;
	const char **names = arena_alloc(setting->fields.count, sizeof *names);
	struct type_blame blame = *accept->blame;
	struct item here = *accept->item;
	const struct scan_key *at = NULL;
	const char *nearest;
	size_t i;

	if (here.constructor != NULL)
		at = scan_key(here.constructor, key, strlen(key));
	if (at != NULL)
		here.token = at->key;
	blame.subject = type_entry_name(blame.subject, key);
	type_complain(&(struct accept){ setting, &here, &blame, NULL }, E0201,
		      "there is no such field; %s is %s", accept->blame->subject,
		      type_allowed(setting));
	for (i = 0; i < setting->fields.count; i++)
		names[i] = setting->fields.at[i].name;
	nearest = text_nearest(key, names, setting->fields.count);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
}

static bool
refuse_strange_keys(const struct accept *accept, const struct item_keys *keys)
{
	bool is_good = keys->elements_count == 0 && keys->strange == NULL;
	size_t i;

	if (!is_good)
		type_complain(accept, E0202, "found an entry under %s; allowed "
			      "is %s", keys->strange != NULL ? keys->strange
							     : "the number 1",
			      type_allowed(accept->setting));
	for (i = 0; i < keys->names_count + keys->empty_count; i++) {
		const char *key = i < keys->names_count
			? keys->names[i] : keys->empty[i - keys->names_count];

		if (type_field_index(accept->setting, key) !=
		    accept->setting->fields.count)
			continue;
		refuse_key(accept, key);
		is_good = false;
	}
	return is_good;
}

bool
type_accept_keys(const struct setting *setting, const struct item *item,
		 const struct type_blame *blame)
{
	struct accept accept = { setting, item, blame, NULL };
	struct item_keys keys;

	if (lua_type(item->script->state, item->index) != LUA_TTABLE)
		return type_refuse(&accept);
	keys = item_keys(item);
	return refuse_strange_keys(&accept, &keys);
}

/* A field that is not written: its default, if it has one or needs none. */
static bool
accept_absent(const struct accept *accept, size_t index)
{
	const struct setting *field = &accept->setting->fields.at[index];
	struct type_blame blame = *accept->blame;

	if (field->has_default) {
		accept->value->items[index] = field->default_value;
		accept->value->origins[index].kind = ORIGIN_DEFAULT;
		return true;
	}
	if (field->is_optional)
		return true;
	blame.subject = arena_printf("%s.%s", blame.subject, field->name);
	type_complain(&(struct accept){ field, accept->item, &blame, NULL },
		      E0204, "%s must be given: %s", field->name,
		      type_allowed(field));
	diag_fix("add %s = ...", field->name);
	return false;
}

bool
type_accept_record(const struct accept *accept)
{
	const struct setting *setting = accept->setting;
	lua_State *L = accept->item->script->state;
	struct item_keys keys;
	bool is_good;
	size_t i;

	if (lua_type(L, accept->item->index) != LUA_TTABLE)
		return type_refuse(accept);
	keys = item_keys(accept->item);
	is_good = refuse_strange_keys(accept, &keys);
	make_items(accept, setting->fields.count);
	accept->value->replaced = arena_alloc(setting->fields.count,
					sizeof *accept->value->replaced);
	for (i = 0; i < setting->fields.count; i++) {
		const struct setting *field = &setting->fields.at[i];
		struct item item;

		accept->value->items[i].type = field->type;
		if (!item_field(accept->item, field->name, &item)) {
			is_good &= accept_absent(accept, i);
			continue;
		}
		is_good &= accept_part(accept, field, &item,
				       arena_printf("%s.%s",
						    accept->blame->subject,
						    field->name), i);
		lua_pop(L, 1);
	}
	return is_good;
}

/* ---- Showing --------------------------------------------------------- */

const char *
type_show_items(const struct setting *setting, const struct value *value)
{
	struct buffer out = { 0 };
	size_t i;

	buffer_printf(&out, "{");
	for (i = 0; i < value->items_count; i++)
		buffer_printf(&out, "%s%s%s%s", i == 0 ? " " : ", ",
			      value->keys == NULL ? ""
						  : show_key(value->keys[i]),
			      value->keys == NULL ? "" : " = ",
			      type_show(setting->item, &value->items[i]));
	buffer_printf(&out, value->items_count == 0 ? "}" : " }");
	return type_keep(&out);
}

const char *
type_show_record(const struct setting *setting, const struct value *value)
{
	struct buffer out = { 0 };
	size_t i, shown = 0;

	buffer_printf(&out, "{");
	for (i = 0; i < value->items_count; i++)
		if (value->origins[i].kind != ORIGIN_NONE)
			buffer_printf(&out, "%s%s = %s",
				      shown++ == 0 ? " " : ", ",
				      setting->fields.at[i].name,
				      type_show(&setting->fields.at[i],
						&value->items[i]));
	buffer_printf(&out, shown == 0 ? "}" : " }");
	return type_keep(&out);
}

/* ---- Parts ----------------------------------------------------------- */

/* Does an entry of this type have parts, or content? */
static bool
is_told_apart(enum type type)
{
	return type == TYPE_LIST || type == TYPE_MAP || type == TYPE_RECORD ||
	       type == TYPE_FILE || type == TYPE_FILES;
}

static struct part
part_at(const struct part *whole, size_t index)
{
	static const struct origin none;
	const struct value *value = whole->value;
	const struct setting *setting = whole->setting->item;
	const char *name;

	if (whole->setting->type == TYPE_RECORD) {
		setting = &whole->setting->fields.at[index];
		name = arena_printf("%s.%s", whole->name, setting->name);
	} else if (value->keys != NULL) {
		name = type_entry_name(whole->name, value->keys[index]);
	} else {
		name = arena_printf("%s[%zu]", whole->name, index + 1);
	}
	/* What has parts is a record, or has items. */
	assert(setting != NULL);
	return (struct part){
		.name = name,
		.setting = setting,
		.value = &value->items[index],
		.origin = &value->origins[index],
		.replaced = value->replaced == NULL ? &none
						    : &value->replaced[index],
		.is_set = value->origins[index].kind != ORIGIN_NONE,
	};
}

void
type_each_part(const struct part *whole,
	       void (*visit)(void *context, const struct part *part),
	       void *context)
{
	const struct setting *setting = whole->setting;
	const struct value *value = whole->value;
	size_t i;

	if (!whole->is_set || value->items_count == 0 ||
	    (setting->item != NULL && !is_told_apart(setting->item->type))) {
		visit(context, whole);
		return;
	}
	for (i = 0; i < value->items_count; i++) {
		struct part part = part_at(whole, i);

		type_each_part(&part, visit, context);
	}
}
