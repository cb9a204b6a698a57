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

/* What a script has no room for would be raised, with nobody to catch it. */
static const size_t text_bytes_most = SCRIPT_TEXT_BYTES_MAX - 64;

/* False after diag(). */
static bool
push_text(const struct type_text *text, const char *given)
{
	size_t size = strlen(given);

	if (size <= text_bytes_most) {
		lua_pushstring(text->script->state, given);
		return true;
	}
	diag(text->blame.is_manifest ? E0608 : E0203, text->where,
	     text->blame.subject,
	     "found a text of %zu bytes; no value is longer than %zu", size,
	     text_bytes_most);
	return false;
}

static bool
push_flag(const struct type_text *text, const char *given)
{
	if (!text_equal(given, "true") && !text_equal(given, "false"))
		return push_text(text, given);
	lua_pushboolean(text->script->state, text_equal(given, "true"));
	return true;
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
	int64_t number;

	if (is_number(setting->type) &&
	    read_number(text->catalogue, setting->type, given, &number))
		lua_pushinteger(text->script->state, number);
	else if (!(setting->type == TYPE_FLAG ? push_flag(text, given)
					      : push_text(text, given)))
		return false;
	return accept_top(text, setting, value);
}

bool
type_accept_shown(const struct type_text *text, const struct setting *setting,
		  const char *shown, struct value *value)
{
	const char *plain = NULL;
	int64_t number;

	if (setting->type == TYPE_TEXT || setting->type == TYPE_CHOICE)
		plain = text_c_string(shown);
	if (is_number(setting->type) &&
	    type_read_number(setting->type, shown, &number))
		lua_pushinteger(text->script->state, number);
	else if (!(setting->type == TYPE_FLAG
			   ? push_flag(text, shown)
			   : push_text(text, plain == NULL ? shown : plain)))
		return false;
	return accept_top(text, setting, value);
}
