/* SPDX-License-Identifier: ISC */
/* Reading tables of a script, with the place of each value: see script.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scan_tree.h"
#include "script.h"

struct item
item_at(struct script *script, int index, size_t token)
{
	struct item item = { .script = script, .token = token };

	item.index = lua_absindex(script->state, index);
	item.key_token = token;
	if (lua_type(script->state, index) == LUA_TTABLE)
		item.constructor = scan_constructor(script->scan, token);
	return item;
}

static bool
take_field(const struct item *table, const struct scan_key *key,
	   struct item *field)
{
	lua_State *L = table->script->state;

	if (lua_type(L, -1) == LUA_TNIL) {
		lua_pop(L, 1);
		return false;
	}
	*field = item_at(table->script, -1,
			 key != NULL ? key->value : table->token);
	field->key_token = key != NULL ? key->key : table->token;
	if (key == NULL)
		field->constructor = NULL;
	return true;
}

bool
item_field(const struct item *table, const char *name, struct item *field)
{
	lua_State *L = table->script->state;
	const struct scan_key *key = NULL;

	luaL_checkstack(L, 4, "it nests too deeply");
	lua_pushstring(L, name);
	lua_rawget(L, table->index);
	if (table->constructor != NULL)
		key = scan_key(table->constructor, name, strlen(name));
	return take_field(table, key, field);
}

bool
item_element(const struct item *table, int64_t number, struct item *element)
{
	lua_State *L = table->script->state;
	const struct scan_key *key = NULL;

	luaL_checkstack(L, 4, "it nests too deeply");
	lua_rawgeti(L, table->index, number);
	if (table->constructor != NULL)
		key = scan_item(table->constructor, number);
	return take_field(table, key, element);
}

struct where
item_where(const struct item *item)
{
	return script_where(item->script, item->token);
}

struct where
item_key_where(const struct item *item)
{
	return script_where(item->script, item->key_token);
}

static int
name_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* NAME.NAME and so on, the whole value of a field: nothing computed. A name
 * alone may be an argument that was left out. */
static bool
is_path(const struct scan *scan, size_t token, size_t *end)
{
	size_t at = token;

	if (scan_token_at(scan, at)->kind != SCAN_NAME)
		return false;
	while (scan_is(scan, at + 1, ".") &&
	       scan_token_at(scan, at + 2)->kind == SCAN_NAME)
		at += 2;
	*end = at;
	if (at == token)
		return false;
	return scan_is(scan, at + 1, ",") || scan_is(scan, at + 1, ";") ||
	       scan_is(scan, at + 1, "}");
}

static bool
holds(const struct item *table, const struct scan_key *key)
{
	lua_State *L = table->script->state;
	bool is_there;

	if (key->text != NULL)
		lua_pushlstring(L, key->text, key->size);
	else
		lua_pushinteger(L, key->number);
	is_there = lua_rawget(L, table->index) != LUA_TNIL;
	lua_pop(L, 1);
	return is_there;
}

/*
 * Complain of a field that is written and holds nothing, because the table it is
 * read from does not have it: to Lua such a field is not there, and its default
 * would be taken unseen. An expression may come to nil: that is meant so.
 */
static void
report_nothing(struct script *script, const struct scan_key *key)
{
	const struct scan_token *name;
	size_t end;

	if (!is_path(script->scan, key->value, &end) ||
	    !script_is_new(script, key->value, E0206))
		return;
	name = scan_token_at(script->scan, end);
	diag(E0206, script_where(script, end),
	     arena_copy_n(name->text, name->size),
	     "the table that it is read from has no such field");
	diag_fix("write nil where nothing is meant");
}

/* The keys that are written and hold nothing. */
static void
find_empty(const struct item *table, struct item_keys *keys)
{
	const struct scan_constructor *constructor = table->constructor;
	LIST(const char *) names = { 0 };
	size_t i;

	for (i = 0; constructor != NULL && i < constructor->keys.count; i++) {
		const struct scan_key *key = &constructor->keys.at[i];

		if (holds(table, key))
			continue;
		report_nothing(table->script, key);
		if (key->text != NULL &&
		    memchr(key->text, 0, key->size) == NULL)
			*list_add(&names) = arena_copy_n(key->text, key->size);
	}
	keys->empty = names.at;
	keys->empty_count = names.count;
}

struct item_keys
item_keys(const struct item *table)
{
	lua_State *L = table->script->state;
	LIST(const char *) names = { 0 };
	struct item_keys keys = { 0 };
	bool has_zero = false;
	size_t numbers = 0;

	luaL_checkstack(L, 4, "it nests too deeply");
	find_empty(table, &keys);
	script_charge_walk(table->script, 16384);
	lua_pushnil(L);
	while (lua_next(L, table->index) != 0) {
		size_t size;

		lua_pop(L, 1);
		script_charge(table->script, 4);
		if (lua_isinteger(L, -1)) {
			numbers++;
		} else if (lua_type(L, -1) == LUA_TSTRING) {
			const char *name = lua_tolstring(L, -1, &size);

			if (strlen(name) != size)
				has_zero = true;
			else
				*list_add(&names) = arena_copy(name);
		} else {
			/* In what order they come, addresses decide. */
			const char *kind = arena_printf("a %s",
							luaL_typename(L, -1));

			if (keys.strange == NULL ||
			    strcmp(kind, keys.strange) < 0)
				keys.strange = kind;
		}
	}
	while (keys.elements_count < numbers &&
	       lua_rawgeti(L, table->index,
			   (lua_Integer)keys.elements_count + 1) != LUA_TNIL) {
		lua_pop(L, 1);
		keys.elements_count++;
	}
	if (keys.elements_count < numbers) {
		lua_pop(L, 1);
		keys.strange = "a number that is not the next one";
	}
	if (has_zero)
		keys.strange = "a text with a zero byte";
	if (names.count != 0)
		qsort(names.at, names.count, sizeof *names.at, name_order);
	keys.names = names.at;
	keys.names_count = names.count;
	return keys;
}

const char *
item_keys_name(const struct item_keys *keys, size_t index)
{
	if (index < keys->names_count)
		return keys->names[index];
	index -= keys->names_count;
	return index < keys->empty_count ? keys->empty[index] : NULL;
}

struct where
item_name_where(const struct item *table, const char *name)
{
	const struct scan_key *key = table->constructor == NULL
		? NULL : scan_key(table->constructor, name, strlen(name));

	return key == NULL ? item_where(table)
			   : script_where(table->script, key->key);
}

/* A text for a message: one line, printable, not long. */
static const char *
quote(const char *text, size_t size)
{
	struct buffer out = { 0 };
	size_t shown = size < 60 ? size : 60, i;
	const char *copy;

	for (i = 0; i < shown; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c == '"' || c == '\\')
			buffer_printf(&out, "\\%c", c);
		else if (c >= ' ' && c != 127)
			buffer_add(&out, &c, 1);
		else
			buffer_printf(&out, "\\%03u", c);
	}
	copy = arena_printf("\"%s\"%s", out.size ? out.at : "",
			    shown < size ? "..." : "");
	free(out.at);
	return copy;
}

const char *
item_found(const struct item *item)
{
	lua_State *L = item->script->state;
	size_t size;
	const char *text;

	switch (lua_type(L, item->index)) {
	case LUA_TNIL:
		return "nothing";
	case LUA_TBOOLEAN:
		return lua_toboolean(L, item->index) ? "true" : "false";
	case LUA_TNUMBER:
		if (lua_isinteger(L, item->index))
			return arena_printf("%lld",
				(long long)lua_tointeger(L, item->index));
		text = arena_printf("%.14g", lua_tonumber(L, item->index));
		return strspn(text, "-0123456789") == strlen(text)
			? arena_printf("%s.0", text) : text;
	case LUA_TSTRING:
		text = lua_tolstring(L, item->index, &size);
		return arena_printf("the text %s", quote(text, size));
	case LUA_TTABLE:
		return "a table";
	case LUA_TFUNCTION:
		return "a function";
	case LUA_TUSERDATA:
		if (luaL_getmetafield(L, item->index, "__name") != LUA_TSTRING)
			return "something else";
		text = arena_printf("a %s", lua_tostring(L, -1));
		lua_pop(L, 1);
		return text;
	default:
		return "something else";
	}
}

const char *
item_text(const struct item *item)
{
	lua_State *L = item->script->state;
	const char *text;
	size_t size;

	if (lua_type(L, item->index) != LUA_TSTRING)
		return NULL;
	text = lua_tolstring(L, item->index, &size);
	script_charge(item->script, 2 + size / 16);
	return strlen(text) == size ? arena_copy_n(text, size) : NULL;
}
