/* SPDX-License-Identifier: ISC */
/* The words of scripts for texts. */
#include <stdio.h>
#include <string.h>

#include "script_words.h"

static const char *
check_text(lua_State *L, int argument, size_t *size)
{
	luaL_checktype(L, argument, LUA_TSTRING);
	return lua_tolstring(L, argument, size);
}

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
	word_charge(L, size / 16);
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

	word_charge(L, size / 4);
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
	word_charge(L, count + size * count / 16);
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
	word_charge(L, size / 4 + what_size / 4);
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
	word_charge(L, size);
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
		word_charge(L, 1 + separator_size / 16);
		if (i > 1)
			luaL_addlstring(&buffer, separator, separator_size);
		if (lua_rawgeti(L, 1, (lua_Integer)i) != LUA_TSTRING &&
		    !lua_isinteger(L, -1))
			return luaL_error(L, "element %d is no text", (int)i);
		word_charge(L, lua_rawlen(L, -1) / 16);
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

	word_charge(L, size / 4);
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
		word_charge(L, 8 + luaL_bufflen(&buffer) / 16);
	}
	luaL_pushresult(&buffer);
	return 1;
}

const luaL_Reg script_text_words[] = {
	{ "byte", text_byte }, { "char", text_char }, { "find", text_find },
	{ "format", text_format }, { "join", text_join },
	{ "len", text_len }, { "lower", text_lower }, { "rep", text_rep },
	{ "split", text_split }, { "sub", text_sub }, { "upper", text_upper },
	{ NULL, NULL },
};
