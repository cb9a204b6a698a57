/* SPDX-License-Identifier: ISC */
/*
 * The library that scripts see: Lua's basic words where they are harmless,
 * and text and list.
 */
#include <math.h>
#include <string.h>

#include "script_words.h"

/* ---- Basic words ----------------------------------------------------- */

static int
word_type(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushstring(L, luaL_typename(L, 1));
	return 1;
}

/* Without addresses: only what is itself a fact has a text. */
int
word_tostring(lua_State *L)
{
	switch (lua_type(L, 1)) {
	case LUA_TSTRING:
		lua_pushvalue(L, 1);
		return 1;
	case LUA_TNUMBER:
		/* How others are written is the C library's choice. */
		if (!lua_isinteger(L, 1) && !isfinite(lua_tonumber(L, 1)))
			return luaL_error(L, "a number that is not finite has "
					  "no text");
		lua_pushvalue(L, 1);
		lua_tolstring(L, -1, NULL);
		return 1;
	case LUA_TBOOLEAN:
		lua_pushstring(L, lua_toboolean(L, 1) ? "true" : "false");
		return 1;
	case LUA_TNIL:
		lua_pushstring(L, "nil");
		return 1;
	default:
		return luaL_error(L, "a %s has no text", luaL_typename(L, 1));
	}
}

/* The whole number in a text, if it is one that does not fit; else NULL. */
static const char *
too_large(const char *text, size_t size)
{
	static const char blank[] = " \f\n\r\t\v";
	size_t start = strspn(text, blank);
	bool is_negative = text[start] == '-';
	size_t digits = start + (is_negative || text[start] == '+');

	while (size > digits && strchr(blank, text[size - 1]) != NULL)
		size--;
	if (scan_number_fits(text + digits, size - digits, is_negative))
		return NULL;
	return scan_shorten(text + start, size - start);
}

static int
word_tonumber(lua_State *L)
{
	const char *text, *wrong;
	size_t size;

	luaL_checkany(L, 1);
	if (lua_type(L, 1) == LUA_TNUMBER) {
		lua_settop(L, 1);
		return 1;
	}
	if (lua_type(L, 1) == LUA_TSTRING) {
		text = lua_tolstring(L, 1, &size);
		wrong = too_large(text, size);
		if (wrong != NULL)
			return script_refuse_number(
				L, script_token(script_of(L)), wrong);
		if (lua_stringtonumber(L, text) == size + 1)
			return 1;
	}
	lua_pushnil(L);
	return 1;
}

static int
word_error(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_settop(L, 1);
	return lua_error(L);
}

static int
word_assert(lua_State *L)
{
	luaL_checkany(L, 1);
	if (lua_toboolean(L, 1))
		return lua_gettop(L);
	if (lua_gettop(L) < 2)
		return luaL_error(L, "assertion failed");
	lua_settop(L, 2);
	return lua_error(L);
}

static int
word_select(lua_State *L)
{
	int count = lua_gettop(L) - 1;
	lua_Integer from;

	if (lua_type(L, 1) == LUA_TSTRING &&
	    strcmp(lua_tostring(L, 1), "#") == 0) {
		lua_pushinteger(L, count);
		return 1;
	}
	from = luaL_checkinteger(L, 1);
	if (from < 0)
		from = count + from + 1;
	luaL_argcheck(L, from >= 1, 1, "it counts from 1");
	return from > count ? 0 : count - (int)from + 1;
}

/* An error of the budget is not caught (script.h). */
static int
word_pcall(lua_State *L)
{
	struct script *script = script_of(L);
	int status;

	luaL_checkany(L, 1);
	word_charge(L, 100);
	lua_pushboolean(L, 1);
	lua_insert(L, 1);
	status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
	if (status == LUA_OK)
		return lua_gettop(L);
	if (status == LUA_ERRMEM || script->spent != NULL)
		return lua_error(L);
	script->caught++;
	lua_pushboolean(L, 0);
	if (lua_type(L, -2) == LUA_TSTRING)
		lua_pushstring(L, script_message(lua_tostring(L, -2)));
	else
		lua_pushvalue(L, -2);
	return 2;
}

/* ---- The words ------------------------------------------------------- */

static const luaL_Reg basic_words[] = {
	{ "assert", word_assert }, { "error", word_error },
	{ "ipairs", word_ipairs }, { "pairs", word_pairs },
	{ "pcall", word_pcall }, { "select", word_select },
	{ "tonumber", word_tonumber }, { "tostring", word_tostring },
	{ "type", word_type },
	{ NULL, NULL },
};

static int
no_such_word(lua_State *L)
{
	return luaL_error(L, "%s has no %s",
			  lua_tostring(L, lua_upvalueindex(1)),
			  lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2)
							: "such word");
}

static int
no_assignment(lua_State *L)
{
	return luaL_error(L, "%s cannot be changed",
			  lua_tostring(L, lua_upvalueindex(1)));
}

/* A word with words of its own: a userdata, so that nothing can be put in. */
static void
push_group(lua_State *L, const char *name, const luaL_Reg *words)
{
	lua_newuserdatauv(L, 0, 0);
	lua_newtable(L);
	lua_newtable(L);
	luaL_setfuncs(L, words, 0);
	lua_newtable(L);
	lua_pushstring(L, name);
	lua_pushcclosure(L, no_such_word, 1);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_setfield(L, -2, "__index");
	lua_pushstring(L, name);
	lua_pushcclosure(L, no_assignment, 1);
	lua_setfield(L, -2, "__newindex");
	lua_pushstring(L, "unicc word");
	lua_setfield(L, -2, "__name");
	lua_setmetatable(L, -2);
}

void
script_push_words(struct script *script)
{
	lua_State *L = script->state;

	luaL_setfuncs(L, basic_words, 0);
	push_group(L, "list", script_list_words);
	lua_setfield(L, -2, "list");
	push_group(L, "text", script_text_words);
	lua_pushvalue(L, -1);
	lua_setfield(L, -3, "text");
	/* ("x"):upper() */
	lua_pushstring(L, "");
	lua_newtable(L);
	lua_pushvalue(L, -3);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_pop(L, 2);
}
