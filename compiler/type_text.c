/* SPDX-License-Identifier: ISC */
/*
 * Values from outside: see type_text.h. A text becomes the value that Lua would
 * have, and is then judged as one of a configuration; one that is no such thing
 * stays a text, and is refused by its type.
 */
#include "type_text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool
is_number(enum type type)
{
	return type == TYPE_INT || type == TYPE_SIZE || type == TYPE_DURATION ||
	       type == TYPE_PORT;
}

/* A unit is allowed only where the type has it. */
static bool
read_number(const struct catalogue *catalogue, enum type type,
	    const char *text, int64_t *number)
{
	char *end;
	size_t i;

	if ((text[0] < '0' || text[0] > '9') &&
	    (text[0] != '-' || text[1] < '0' || text[1] > '9'))
		return false;
	errno = 0;
	*number = strtoll(text, &end, 10);
	if (errno != 0)
		return false;
	if (*end == '\0')
		return true;
	end += strspn(end, " ");
	end += *end == '*';
	end += strspn(end, " ");
	for (i = 0; i < catalogue->words_count; i++) {
		const struct word *word = &catalogue->words[i];

		if (text_equal(end, word->name) &&
		    text_equal(type_write_number(type, word->number),
			       arena_printf("1 * %s", word->name)))
			return !__builtin_mul_overflow(*number, word->number,
						       number);
	}
	return false;
}

static void
push_flag(lua_State *L, const char *text)
{
	if (text_equal(text, "true") || text_equal(text, "false"))
		lua_pushboolean(L, text_equal(text, "true"));
	else
		lua_pushstring(L, text);
}

/* Judge what is on top of the stack, and pop it. */
static bool
accept_top(const struct type_text *text, const struct setting *setting,
	   struct value *value)
{
	struct scan_token token = { .kind = SCAN_END, .text = "",
				    .line = text->where.line,
				    .column = text->where.column };
	struct scan scan = { .file = text->where.file,
			     .tokens = { &token, 1, 1 } };
	struct script outside = *text->script;
	struct item item;
	bool is_good;

	outside.scan = &scan;
	item = item_at(&outside, -1, 0);
	is_good = type_accept(setting, &item, &text->blame, value);
	lua_pop(text->script->state, 1);
	return is_good;
}

bool
type_accept_text(const struct type_text *text, const struct setting *setting,
		 const char *given, struct value *value)
{
	lua_State *L = text->script->state;
	int64_t number;

	if (setting->type == TYPE_FLAG)
		push_flag(L, given);
	else if (is_number(setting->type) &&
		 read_number(text->catalogue, setting->type, given, &number))
		lua_pushinteger(L, number);
	else
		lua_pushstring(L, given);
	return accept_top(text, setting, value);
}

bool
type_accept_shown(const struct type_text *text, const struct setting *setting,
		  const char *shown, struct value *value)
{
	lua_State *L = text->script->state;
	const char *plain;
	int64_t number;

	if (setting->type == TYPE_FLAG)
		push_flag(L, shown);
	else if (is_number(setting->type) &&
		 type_read_number(setting->type, shown, &number))
		lua_pushinteger(L, number);
	else if ((setting->type == TYPE_TEXT || setting->type == TYPE_CHOICE) &&
		 (plain = text_c_string(shown)) != NULL)
		lua_pushstring(L, plain);
	else
		lua_pushstring(L, shown);
	return accept_top(text, setting, value);
}
