/* SPDX-License-Identifier: ISC */
/*
 * The library that scripts see: Lua's basic words where they are harmless,
 * and text and list.
 *
 * Every function charges for work that grows with its arguments, gives the
 * same result whatever the hash seed and the addresses are, and leaves its
 * arguments alone (list.append apart).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "script.h"

static void
charge(lua_State *L, size_t steps)
{
	script_charge(script_of(L), steps);
}

static const char *
check_text(lua_State *L, int argument, size_t *size)
{
	luaL_checktype(L, argument, LUA_TSTRING);
	return lua_tolstring(L, argument, size);
}

/* ---- Basic words ----------------------------------------------------- */

static int
word_type(lua_State *L)
{
	luaL_checkany(L, 1);
	lua_pushstring(L, luaL_typename(L, 1));
	return 1;
}

/* Without addresses: only what is itself a fact has a text. */
static int
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

static int
word_tonumber(lua_State *L)
{
	size_t size;
	const char *text;

	luaL_checkany(L, 1);
	if (lua_type(L, 1) == LUA_TNUMBER) {
		lua_settop(L, 1);
		return 1;
	}
	if (lua_type(L, 1) == LUA_TSTRING) {
		text = lua_tolstring(L, 1, &size);
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
	charge(L, 100);
	lua_pushboolean(L, 1);
	lua_insert(L, 1);
	status = lua_pcall(L, lua_gettop(L) - 2, LUA_MULTRET, 0);
	if (status == LUA_OK)
		return lua_gettop(L);
	if (status == LUA_ERRMEM || script->spent != NULL)
		return lua_error(L);
	lua_pushboolean(L, 0);
	if (lua_type(L, -2) == LUA_TSTRING)
		lua_pushstring(L, script_message(lua_tostring(L, -2)));
	else
		lua_pushvalue(L, -2);
	return 2;
}

/* ---- Walking tables -------------------------------------------------- */

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
	charge(L, (a_size < b_size ? a_size : b_size) / 16);
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

	charge(L, (size_t)count * 20);
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

static int
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

static int
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

/* ---- list ------------------------------------------------------------ */

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
	charge(L, count * 20);
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

/* ---- text ------------------------------------------------------------ */

static int
text_len(lua_State *L)
{
	size_t size;

	check_text(L, 1, &size);
	lua_pushinteger(L, (lua_Integer)size);
	return 1;
}

/* As Lua's string.sub: from and to count from 1, negative from the end. */
static int
text_sub(lua_State *L)
{
	size_t size;
	const char *text = check_text(L, 1, &size);
	lua_Integer count = (lua_Integer)size;
	lua_Integer from = luaL_checkinteger(L, 2);
	lua_Integer to = luaL_optinteger(L, 3, -1);

	from = from < -count ? 1 : from < 0 ? count + from + 1 : from;
	to = to < -count ? 0 : to < 0 ? count + to + 1 : to;
	from = from < 1 ? 1 : from;
	to = to > count ? count : to;
	charge(L, size / 16);
	if (from > to)
		lua_pushstring(L, "");
	else
		lua_pushlstring(L, text + from - 1, (size_t)(to - from + 1));
	return 1;
}

static int
change_case(lua_State *L, char first, char last, int change)
{
	size_t size, i;
	const char *text = check_text(L, 1, &size);
	char *copy = lua_newuserdatauv(L, size + 1, 0);

	charge(L, size / 4);
	for (i = 0; i < size; i++) {
		bool is_inside = text[i] >= first && text[i] <= last;

		copy[i] = (char)(text[i] + (is_inside ? change : 0));
	}
	lua_pushlstring(L, copy, size);
	return 1;
}

static int
text_upper(lua_State *L)
{
	return change_case(L, 'a', 'z', 'A' - 'a');
}

static int
text_lower(lua_State *L)
{
	return change_case(L, 'A', 'Z', 'a' - 'A');
}

static int
text_rep(lua_State *L)
{
	size_t size, i, count;
	const char *text = check_text(L, 1, &size);
	lua_Integer times = luaL_checkinteger(L, 2);
	char *copy;

	count = times < 1 ? 0 : (size_t)times;
	if (size != 0 && count > SCRIPT_TEXT_BYTES_MAX / size)
		return luaL_error(L, "the text would be longer than 16 KiB");
	count = size == 0 ? 0 : count;
	charge(L, count + size * count / 16);
	copy = lua_newuserdatauv(L, size * count + 1, 0);
	for (i = 0; i < count; i++)
		memcpy(copy + i * size, text, size);
	lua_pushlstring(L, copy, size * count);
	return 1;
}

static int
text_byte(lua_State *L)
{
	size_t size;
	const char *text = check_text(L, 1, &size);
	lua_Integer at = luaL_optinteger(L, 2, 1);

	if (at < 1 || (size_t)at > size)
		lua_pushnil(L);
	else
		lua_pushinteger(L, (unsigned char)text[at - 1]);
	return 1;
}

static int
text_char(lua_State *L)
{
	char bytes[SCRIPT_ARGUMENTS_MAX];
	int count = lua_gettop(L), i;

	luaL_argcheck(L, count <= SCRIPT_ARGUMENTS_MAX, 1, "too many bytes");
	for (i = 0; i < count; i++) {
		lua_Integer byte = luaL_checkinteger(L, i + 1);

		luaL_argcheck(L, byte >= 0 && byte <= 255, i + 1,
			      "a byte is 0 to 255");
		bytes[i] = (char)byte;
	}
	lua_pushlstring(L, bytes, (size_t)count);
	return 1;
}

/* Where what stands in text, from a place on: plain bytes, no pattern. */
static int
text_find(lua_State *L)
{
	size_t size, what_size;
	const char *text = check_text(L, 1, &size), *found;
	const char *what = check_text(L, 2, &what_size);
	lua_Integer from = luaL_optinteger(L, 3, 1);

	luaL_argcheck(L, from >= 1, 3, "it counts from 1");
	charge(L, size / 4 + what_size / 4);
	if ((size_t)from > size + 1) {
		lua_pushnil(L);
		return 1;
	}
	found = memmem(text + from - 1, size - (size_t)from + 1, what,
		       what_size);
	if (found == NULL)
		lua_pushnil(L);
	else
		lua_pushinteger(L, found - text + 1);
	return 1;
}

static int
text_split(lua_State *L)
{
	size_t size, separator_size;
	const char *text = check_text(L, 1, &size), *found;
	const char *separator = check_text(L, 2, &separator_size);
	lua_Integer count = 0;

	luaL_argcheck(L, separator_size != 0, 2, "the separator is empty");
	charge(L, size);
	lua_newtable(L);
	while ((found = memmem(text, size, separator, separator_size)) != NULL) {
		lua_pushlstring(L, text, (size_t)(found - text));
		lua_rawseti(L, -2, ++count);
		size -= (size_t)(found - text) + separator_size;
		text = found + separator_size;
	}
	lua_pushlstring(L, text, size);
	lua_rawseti(L, -2, ++count);
	return 1;
}

static int
text_join(lua_State *L)
{
	size_t count, i, separator_size = 0;
	const char *separator = "";
	luaL_Buffer buffer;

	luaL_checktype(L, 1, LUA_TTABLE);
	if (!lua_isnoneornil(L, 2))
		separator = check_text(L, 2, &separator_size);
	count = lua_rawlen(L, 1);
	luaL_buffinit(L, &buffer);
	for (i = 1; i <= count; i++) {
		charge(L, 1 + separator_size / 16);
		if (i > 1)
			luaL_addlstring(&buffer, separator, separator_size);
		if (lua_rawgeti(L, 1, (lua_Integer)i) != LUA_TSTRING &&
		    !lua_isinteger(L, -1))
			return luaL_error(L, "element %d is no text", (int)i);
		charge(L, lua_rawlen(L, -1) / 16);
		luaL_addvalue(&buffer);
		if (luaL_bufflen(&buffer) > SCRIPT_TEXT_BYTES_MAX)
			return luaL_error(L, "the text would be longer than "
					  "16 KiB");
	}
	luaL_pushresult(&buffer);
	return 1;
}

/* Flags, width and precision as in C, each at most two digits. */
static size_t
read_conversion(lua_State *L, const char *format, char spec[12])
{
	size_t at = 0, digits;

	while (strchr("-0 +#", format[at]) != NULL && format[at] != '\0' &&
	       at < 5)
		at++;
	for (digits = 0; digits < 2 && format[at] >= '0' && format[at] <= '9';
	     digits++)
		at++;
	if (format[at] == '.') {
		at++;
		for (digits = 0; digits < 2 && format[at] >= '0' &&
		     format[at] <= '9'; digits++)
			at++;
	}
	if (format[at] == '\0' || strchr("dxXsc", format[at]) == NULL)
		luaL_error(L, "format knows %%d %%x %%X %%c %%s and %%%%");
	memcpy(spec, format, at);
	spec[at] = '\0';
	return at;
}

static void
format_one(lua_State *L, luaL_Buffer *buffer, const char *spec, char how,
	   int argument)
{
	char format[24], small[128];
	size_t size;
	const char *text;
	int length;

	luaL_checkany(L, argument);
	if (how == 's') {
		lua_pushcfunction(L, word_tostring);
		lua_pushvalue(L, argument);
		lua_call(L, 1, 1);
		text = lua_tolstring(L, -1, &size);
		if (spec[0] == '\0') {
			luaL_addvalue(buffer);
			return;
		}
		luaL_argcheck(L, size == strlen(text) && size < 100, argument,
			      "too long, or holds a zero byte");
		snprintf(format, sizeof format, "%%%ss", spec);
		length = snprintf(small, sizeof small, format, text);
		lua_pop(L, 1);
	} else if (how == 'c') {
		snprintf(format, sizeof format, "%%%sc", spec);
		length = snprintf(small, sizeof small, format,
				  (int)luaL_checkinteger(L, argument));
	} else {
		snprintf(format, sizeof format, "%%%sll%c", spec, how);
		length = snprintf(small, sizeof small, format,
				  (long long)luaL_checkinteger(L, argument));
	}
	luaL_addlstring(buffer, small, (size_t)length);
}

static int
text_format(lua_State *L)
{
	size_t size, i;
	const char *format = check_text(L, 1, &size);
	int argument = 1;
	luaL_Buffer buffer;

	charge(L, size / 4);
	luaL_buffinit(L, &buffer);
	for (i = 0; i < size; i++) {
		char spec[12];

		if (format[i] != '%') {
			luaL_addchar(&buffer, format[i]);
			continue;
		}
		i++;
		if (format[i] == '%') {
			luaL_addchar(&buffer, '%');
			continue;
		}
		i += read_conversion(L, format + i, spec);
		format_one(L, &buffer, spec, format[i], ++argument);
		charge(L, 8 + luaL_bufflen(&buffer) / 16);
	}
	luaL_pushresult(&buffer);
	return 1;
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

static const luaL_Reg list_words[] = {
	{ "append", list_append }, { "sort", list_sort },
	{ NULL, NULL },
};

static const luaL_Reg text_words[] = {
	{ "byte", text_byte }, { "char", text_char }, { "find", text_find },
	{ "format", text_format }, { "join", text_join },
	{ "len", text_len }, { "lower", text_lower }, { "rep", text_rep },
	{ "split", text_split }, { "sub", text_sub }, { "upper", text_upper },
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
	push_group(L, "list", list_words);
	lua_setfield(L, -2, "list");
	push_group(L, "text", text_words);
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
