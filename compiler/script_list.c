/* SPDX-License-Identifier: ISC */
/*
 * The words of scripts for tables: in what order their keys come, lists, and
 * sorting that depends on nothing but what is sorted.
 */
#include <string.h>

#include "script_words.h"

/* ---- Their keys ------------------------------------------------------ */

/* Numbers before texts; texts bytewise. */
static bool
is_key_less(lua_State *L, int a, int b)
{
	size_t a_size, b_size;
	const char *first, *second;
	int order;

	if (lua_type(L, a) != lua_type(L, b))
		return lua_type(L, a) == LUA_TNUMBER;
	if (lua_type(L, a) == LUA_TNUMBER)
		return lua_tointeger(L, a) < lua_tointeger(L, b);
	first = lua_tolstring(L, a, &a_size);
	second = lua_tolstring(L, b, &b_size);
	word_charge(L, (a_size < b_size ? a_size : b_size) / 16);
	order = memcmp(first, second, a_size < b_size ? a_size : b_size);
	return order != 0 ? order < 0 : a_size < b_size;
}

static bool
is_less_at(lua_State *L, int keys, lua_Integer a, lua_Integer b)
{
	bool is_less;

	lua_rawgeti(L, keys, a);
	lua_rawgeti(L, keys, b);
	is_less = is_key_less(L, -2, -1);
	lua_pop(L, 2);
	return is_less;
}

static void
swap_at(lua_State *L, int keys, lua_Integer a, lua_Integer b)
{
	lua_rawgeti(L, keys, a);
	lua_rawgeti(L, keys, b);
	lua_rawseti(L, keys, a);
	lua_rawseti(L, keys, b);
}

static void
sift(lua_State *L, int keys, lua_Integer root, lua_Integer count)
{
	lua_Integer child;

	while ((child = root * 2) <= count) {
		if (child < count && is_less_at(L, keys, child, child + 1))
			child++;
		if (!is_less_at(L, keys, root, child))
			return;
		swap_at(L, keys, root, child);
		root = child;
	}
}

/* Heapsort: keys are distinct, so that stability means nothing. */
static void
sort_keys(lua_State *L, int keys, lua_Integer count)
{
	lua_Integer i;

	word_charge(L, (size_t)count * 20);
	for (i = count / 2; i >= 1; i--)
		sift(L, keys, i, count);
	for (i = count; i > 1; i--) {
		swap_at(L, keys, 1, i);
		sift(L, keys, 1, i - 1);
	}
}

/* Upvalues: the table, its sorted keys, how many were given. */
static int
next_pair(lua_State *L)
{
	lua_Integer given = lua_tointeger(L, lua_upvalueindex(3)) + 1;

	lua_pushinteger(L, given);
	lua_replace(L, lua_upvalueindex(3));
	if (lua_rawgeti(L, lua_upvalueindex(2), given) == LUA_TNIL)
		return 1;
	lua_pushvalue(L, -1);
	lua_rawget(L, lua_upvalueindex(1));
	return 2;
}

static int
no_pair(lua_State *L)
{
	lua_pushnil(L);
	return 1;
}

int
word_pairs(lua_State *L)
{
	lua_Integer count = 0;

	if (script_is_poison(L, 1)) {
		lua_pushcfunction(L, no_pair);
		return 1;
	}
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_settop(L, 1);
	script_charge_walk(script_of(L), 1024);
	lua_newtable(L);
	lua_pushnil(L);
	while (lua_next(L, 1) != 0) {
		lua_pop(L, 1);
		if (!lua_isinteger(L, -1) && lua_type(L, -1) != LUA_TSTRING)
			return luaL_error(L, "a table with a key that is a %s "
					  "has no order", luaL_typename(L, -1));
		lua_pushvalue(L, -1);
		lua_rawseti(L, 2, ++count);
	}
	sort_keys(L, 2, count);
	lua_pushvalue(L, 1);
	lua_pushvalue(L, 2);
	lua_pushinteger(L, 0);
	lua_pushcclosure(L, next_pair, 3);
	return 1;
}

static int
next_element(lua_State *L)
{
	lua_Integer number = luaL_checkinteger(L, 2) + 1;

	luaL_checktype(L, 1, LUA_TTABLE);
	lua_pushinteger(L, number);
	return lua_rawgeti(L, 1, number) == LUA_TNIL ? 1 : 2;
}

int
word_ipairs(lua_State *L)
{
	if (script_is_poison(L, 1)) {
		lua_pushcfunction(L, no_pair);
		return 1;
	}
	luaL_checktype(L, 1, LUA_TTABLE);
	lua_pushcfunction(L, next_element);
	lua_pushvalue(L, 1);
	lua_pushinteger(L, 0);
	return 3;
}

/* ---- Lists ----------------------------------------------------------- */

static int
list_append(lua_State *L)
{
	luaL_checktype(L, 1, LUA_TTABLE);
	luaL_checkany(L, 2);
	lua_settop(L, 2);
	lua_rawseti(L, 1, (lua_Integer)lua_rawlen(L, 1) + 1);
	return 1;
}

/* Is list[b] before list[a]? By the function at index 2 if there is one. */
static bool
is_before(lua_State *L, lua_Integer b, lua_Integer a)
{
	bool is_less;

	if (lua_isnil(L, 2)) {
		lua_rawgeti(L, 1, b);
		lua_rawgeti(L, 1, a);
		if (lua_type(L, -1) == LUA_TSTRING &&
		    lua_type(L, -2) == LUA_TSTRING)
			is_less = is_key_less(L, -2, -1);
		else
			is_less = lua_compare(L, -2, -1, LUA_OPLT) != 0;
		lua_pop(L, 2);
		return is_less;
	}
	lua_pushvalue(L, 2);
	lua_rawgeti(L, 1, b);
	lua_rawgeti(L, 1, a);
	lua_call(L, 2, 1);
	is_less = lua_toboolean(L, -1) != 0;
	lua_pop(L, 1);
	return is_less;
}

static void
merge(lua_State *L, const lua_Integer *from, lua_Integer *to, size_t bounds[3])
{
	size_t left = bounds[0], right = bounds[1], at;

	for (at = bounds[0]; at < bounds[2]; at++) {
		bool is_right = right < bounds[2] &&
				(left >= bounds[1] ||
				 is_before(L, from[right], from[left]));

		to[at] = is_right ? from[right++] : from[left++];
	}
}

/* A new list, sorted by <, or by less(a, b); equal elements keep their order. */
static int
list_sort(lua_State *L)
{
	lua_Integer *from, *to, *other;
	size_t count, width, start, i;

	luaL_checktype(L, 1, LUA_TTABLE);
	if (!lua_isnoneornil(L, 2))
		luaL_checktype(L, 2, LUA_TFUNCTION);
	lua_settop(L, 2);
	count = lua_rawlen(L, 1);
	word_charge(L, count * 20);
	from = lua_newuserdatauv(L, (count + 1) * sizeof *from, 0);
	to = lua_newuserdatauv(L, (count + 1) * sizeof *to, 0);
	for (i = 0; i < count; i++)
		from[i] = (lua_Integer)i + 1;
	for (width = 1; width < count; width *= 2) {
		for (start = 0; start < count; start += width * 2) {
			size_t middle = start + width, end = middle + width;

			merge(L, from, to,
			      (size_t[]){ start,
					  middle < count ? middle : count,
					  end < count ? end : count });
		}
		other = from;
		from = to;
		to = other;
	}
	lua_createtable(L, (int)(count < 1000000 ? count : 0), 0);
	for (i = 0; i < count; i++) {
		lua_rawgeti(L, 1, from[i]);
		lua_rawseti(L, -2, (lua_Integer)i + 1);
	}
	return 1;
}

const luaL_Reg script_list_words[] = {
	{ "append", list_append }, { "sort", list_sort },
	{ NULL, NULL },
};
