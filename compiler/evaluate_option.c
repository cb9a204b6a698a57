/* SPDX-License-Identifier: ISC */
/*
 * Evaluate, NAME = option { ... }: an input of the configuration.
 *
 * The table names one plain type, as in choice = { "dev", "prod" } or
 * port = true, and what else a setting of that type would say. The option's
 * value, given from outside or the default, is a plain value of Lua.
 */
#include <stdlib.h>
#include <string.h>

#include "evaluate.h"
#include "option.h"
#include "type_text.h"

/* The types an option may have, and what narrows each. */
static const struct {
	enum type type;
	const char *narrowed_by;	/* NULL: nothing */
} option_types[] = {
	{ TYPE_FLAG, NULL }, { TYPE_INT, "range" }, { TYPE_SIZE, "range" },
	{ TYPE_DURATION, "range" }, { TYPE_PORT, "range" },
	{ TYPE_TEXT, "max" }, { TYPE_CHOICE, NULL }, { TYPE_IPV4, NULL },
	{ TYPE_IPV6, NULL }, { TYPE_CIDR, NULL }, { TYPE_MAC, NULL },
};

/* The option that is being read. */
struct declaration {
	struct evaluation *evaluation;
	struct config_option *option;
	struct item table;
	struct where where;	/* of its name */
	const char *narrowed_by;
};

static void
wrong(const struct item *item, const char *subject, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void
wrong(const struct item *item, const char *subject, const char *format, ...)
{
	lua_State *L = item->script->state;
	va_list args;
	const char *message;

	if (script_is_poison(L, item->index))
		return;
	va_start(args, format);
	message = arena_vprintf(format, args);
	va_end(args);
	diag(E0112, item_where(item), subject, "%s", message);
}

/* ---- The declaration ------------------------------------------------- */

/* NAME of `NAME = option { ... }` with nothing before it or behind; else
 * NULL. */
static const char *
name_of(const struct scan *scan, size_t call)
{
	const char *name = NULL;

	if (call >= 2 && scan_is(scan, call - 1, "=") &&
	    scan->tokens.at[call - 2].kind == SCAN_NAME)
		name = arena_copy_n(scan->tokens.at[call - 2].text,
				    scan->tokens.at[call - 2].size);
	if (name == NULL || scan_call_argument(scan, call, 0) == call)
		return NULL;
	if (call >= 3 && (scan_is(scan, call - 3, ",") ||
			  scan_is(scan, call - 3, ".") ||
			  scan_is(scan, call - 3, "local")))
		return NULL;
	return name;
}

static bool
is_choice(const struct setting *setting, const char *word)
{
	size_t i;

	for (i = 0; i < setting->choices_count; i++)
		if (text_equal(setting->choices[i], word))
			return true;
	return false;
}

static void
read_choices(const struct declaration *declaration, const struct item *words)
{
	struct setting *setting = &declaration->option->setting;
	lua_State *L = words->script->state;
	struct item_keys keys = { 0 };
	struct item word;
	size_t i;

	if (lua_type(L, words->index) == LUA_TTABLE)
		keys = item_keys(words);
	if (keys.elements_count == 0 || keys.names_count != 0 ||
	    keys.strange != NULL) {
		wrong(words, setting->name,
		      "write choice = { \"dev\", \"prod\" }");
		return;
	}
	setting->choices = arena_alloc(keys.elements_count,
				       sizeof *setting->choices);
	for (i = 0; i < keys.elements_count; i++) {
		const char *text;

		item_element(words, (int64_t)i + 1, &word);
		text = item_text(&word);
		if (text == NULL || !is_name(text))
			wrong(&word, setting->name, "found %s; a choice is a "
			      "word of a-z, 0-9 and _", item_found(&word));
		else if (is_choice(setting, text))
			wrong(&word, setting->name, "the choice %s is given "
			      "twice", text);
		else
			setting->choices[setting->choices_count++] = text;
		lua_pop(L, 1);
	}
}

static void
report_no_type(const struct declaration *declaration)
{
	struct item_keys keys = item_keys(&declaration->table);
	const char *words[countof(option_types)], *nearest = NULL;
	size_t i;

	for (i = 0; i < countof(option_types); i++)
		words[i] = type_name(option_types[i].type);
	diag(E0112, declaration->where, declaration->option->name,
	     "it has no type of an option");
	for (i = 0; i < keys.names_count && nearest == NULL; i++) {
		if (type_by_name(keys.names[i]) == TYPES)
			nearest = text_nearest(keys.names[i], words,
					       countof(words));
		if (nearest != NULL)
			diag_fix("write %s in place of %s", nearest,
				 keys.names[i]);
	}
	if (nearest == NULL)
		diag_fix("add choice = { \"dev\", \"prod\" }, or one of flag, "
			 "int, size, duration, port, text, ipv4, ipv6, cidr, "
			 "mac = true");
}

/* The one key that is a type's word. */
static bool
read_type(struct declaration *declaration)
{
	struct config_option *option = declaration->option;
	lua_State *L = declaration->table.script->state;
	struct item field;
	size_t found = 0, i;

	for (i = 0; i < countof(option_types); i++) {
		enum type type = option_types[i].type;

		if (!item_field(&declaration->table, type_name(type), &field))
			continue;
		if (found++ != 0) {
			diag(E0112, item_key_where(&field), option->name,
			     "an option has one type: found %s and %s",
			     type_name(option->setting.type), type_name(type));
			lua_pop(L, 1);
			continue;
		}
		option->setting.type = type;
		declaration->narrowed_by = option_types[i].narrowed_by;
		type_default_range(&option->setting);
		if (type == TYPE_CHOICE)
			read_choices(declaration, &field);
		else if (lua_type(L, field.index) != LUA_TBOOLEAN ||
			 !lua_toboolean(L, field.index))
			wrong(&field, option->name, "write %s = true%s",
			      type_name(type),
			      declaration->narrowed_by == NULL ? ""
			      : type == TYPE_TEXT ? ", max = BYTES"
						  : ", range = { LEAST, MOST }");
		lua_pop(L, 1);
	}
	if (found == 0)
		report_no_type(declaration);
	return found != 0;
}

static bool
read_bound(const struct declaration *declaration, const struct item *range,
	   int64_t number, int64_t *bound)
{
	const struct setting *setting = &declaration->option->setting;
	lua_State *L = range->script->state;
	struct item element;
	bool is_good;

	if (!item_element(range, number, &element)) {
		wrong(range, setting->name, "a range is { LEAST, MOST }");
		return false;
	}
	is_good = lua_isinteger(L, element.index) &&
		  lua_tointeger(L, element.index) >= setting->min &&
		  lua_tointeger(L, element.index) <= setting->max;
	if (is_good)
		*bound = lua_tointeger(L, element.index);
	else
		wrong(&element, setting->name, "found %s; a bound is %s",
		      item_found(&element), type_allowed(setting));
	lua_pop(L, 1);
	return is_good;
}

static void
read_range(const struct declaration *declaration)
{
	struct setting *setting = &declaration->option->setting;
	lua_State *L = declaration->table.script->state;
	int64_t min, max;
	struct item range;

	if (!item_field(&declaration->table, "range", &range))
		return;
	if (lua_type(L, range.index) != LUA_TTABLE) {
		wrong(&range, setting->name, "a range is { LEAST, MOST }");
	} else if (read_bound(declaration, &range, 1, &min) &&
		   read_bound(declaration, &range, 2, &max)) {
		if (min > max)
			wrong(&range, setting->name, "the range is empty");
		else {
			setting->min = min;
			setting->max = max;
		}
	}
	lua_pop(L, 1);
}

static void
read_max(const struct declaration *declaration)
{
	struct setting *setting = &declaration->option->setting;
	lua_State *L = declaration->table.script->state;
	struct item field;

	if (!item_field(&declaration->table, "max", &field))
		return;
	if (lua_isinteger(L, field.index) &&
	    lua_tointeger(L, field.index) >= 1 &&
	    lua_tointeger(L, field.index) <= TEXT_BYTES_MAX)
		setting->max = lua_tointeger(L, field.index);
	else
		wrong(&field, setting->name, "found %s; max is a number of "
		      "bytes from 1 to %d", item_found(&field), TEXT_BYTES_MAX);
	lua_pop(L, 1);
}

static void
check_keys(const struct declaration *declaration)
{
	const struct item *table = &declaration->table;
	struct item_keys keys = item_keys(table);
	const char *known[countof(option_types) + 3];
	const char *name, *nearest;
	size_t count = 0, i, j;

	for (i = 0; i < countof(option_types); i++)
		known[count++] = type_name(option_types[i].type);
	known[count++] = "default";
	known[count++] = "doc";
	if (declaration->narrowed_by != NULL)
		known[count++] = declaration->narrowed_by;
	if (keys.elements_count != 0 || keys.strange != NULL)
		wrong(table, declaration->option->name,
		      "a value without a key");
	for (i = 0; (name = item_keys_name(&keys, i)) != NULL; i++) {
		for (j = 0; j < count; j++)
			if (text_equal(name, known[j]))
				break;
		if (j < count)
			continue;
		diag(E0112, item_name_where(table, name),
		     declaration->option->name, "an option with %s has no %s",
		     type_name(declaration->option->setting.type), name);
		nearest = text_nearest(name, known, count);
		if (nearest != NULL)
			diag_fix("write %s", nearest);
	}
}

/* ---- Its value ------------------------------------------------------- */

static bool
take_given(const struct declaration *declaration, const struct given *given)
{
	struct config_option *option = declaration->option;
	struct evaluation *evaluation = declaration->evaluation;
	const struct type_text text = {
		evaluation->build->catalogue, evaluation->script,
		{ .subject = option->name }, given->where,
	};

	option->origin = (struct origin){ ORIGIN_OPTION, given->where,
					  option->name };
	option->is_given = true;
	if (type_accept_text(&text, &option->setting, given->text,
			     &option->value))
		return true;
	diag_also(declaration->where, "declared here");
	return false;
}

static bool
take_default(const struct declaration *declaration, bool is_needed)
{
	struct config_option *option = declaration->option;
	const struct item *table = &declaration->table;
	struct type_blame blame = { .subject = option->name };
	struct item field;
	bool is_good;

	option->origin.kind = ORIGIN_OPTION_DEFAULT;
	option->origin.by = option->name;
	option->origin.where = declaration->where;
	if (!item_field(table, "default", &field)) {
		if (!is_needed)
			return true;
		diag(E0204, declaration->where, option->name,
		     "the option has no default and must be given: %s",
		     type_allowed(&option->setting));
		diag_fix("add --set %s=VALUE", option->name);
		return false;
	}
	is_good = type_accept(&option->setting, &field, &blame, &option->value);
	lua_pop(table->script->state, 1);
	return is_good;
}

static void
push_value(lua_State *L, const struct config_option *option)
{
	const struct value *value = &option->value;

	switch (value->type) {
	case TYPE_FLAG:
		lua_pushboolean(L, value->number != 0);
		break;
	case TYPE_INT: case TYPE_SIZE: case TYPE_DURATION: case TYPE_PORT:
		lua_pushinteger(L, value->number);
		break;
	case TYPE_TEXT: case TYPE_CHOICE:
		lua_pushstring(L, value->text);
		break;
	default:
		lua_pushstring(L, type_show(&option->setting, value));
	}
}

/* False after diag(). */
static bool
read_option(struct declaration *declaration)
{
	struct build *build = declaration->evaluation->build;
	struct config_option *option = declaration->option;
	const struct given *given = option_given(build, option->name);
	const struct item *table = &declaration->table;
	size_t before = diag_count();
	struct item field;

	if (!read_type(declaration))
		return false;
	check_keys(declaration);
	if (item_field(table, "doc", &field)) {
		option->setting.doc = item_text(&field);
		if (option->setting.doc == NULL)
			wrong(&field, option->name, "found %s; doc is a text",
			      item_found(&field));
		lua_pop(table->script->state, 1);
	}
	if (diag_count() != before)
		return false;
	if (declaration->narrowed_by != NULL &&
	    text_equal(declaration->narrowed_by, "range"))
		read_range(declaration);
	else if (declaration->narrowed_by != NULL)
		read_max(declaration);
	/* The default must hold even where it is not used. */
	return diag_count() == before &&
	       take_default(declaration, given == NULL) &&
	       (given == NULL || take_given(declaration, given));
}

static void
not_named(struct evaluation *evaluation, size_t call)
{
	diag(E0112, where_of(evaluation, call), "option",
	     "an option is declared by itself, and has a name");
	diag_fix("write NAME = option { ... } on a line of its own, and use "
		 "NAME");
}

int
word_option(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct build *build = evaluation->build;
	size_t call = script_token(script), i;
	const char *name = name_of(script->scan, call);
	struct config_option option = { .name = name };
	struct declaration declaration = { .evaluation = evaluation,
					   .option = &option };

	script_charge(script, 100);
	lua_settop(L, 1);
	if (name == NULL || lua_type(L, 1) != LUA_TTABLE || !is_name(name)) {
		if (!script_is_poison(L, 1) &&
		    script_is_new(script, call, E0112))
			not_named(evaluation, call);
		script_push_poison(script);
		return 1;
	}
	declaration.table = item_at(script, 1,
			scan_call_argument(script->scan, call, 0));
	declaration.where = where_of(evaluation, call - 2);
	option.setting.name = option.setting.c_name = name;
	for (i = 0; i < build->options.count; i++)
		if (text_equal(build->options.at[i].name, name)) {
			/* That it is assigned twice is said at the end of the
			 * assignment. */
			script_push_poison(script);
			return 1;
		}
	if (read_option(&declaration))
		push_value(L, &option);
	else
		script_push_poison(script);
	*list_add(&build->options) = option;
	return 1;
}

bool
option_origin(const struct evaluation *evaluation, const struct item *field,
	      struct origin *origin)
{
	const struct build *build = evaluation->build;
	const struct scan *scan = evaluation->script->scan;
	lua_State *L = evaluation->script->state;
	bool is_same;
	size_t i;

	if (!scan_is(scan, field->token + 1, ",") &&
	    !scan_is(scan, field->token + 1, ";") &&
	    !scan_is(scan, field->token + 1, "}"))
		return false;
	for (i = 0; i < build->options.count; i++) {
		const struct config_option *option = &build->options.at[i];

		if (!scan_is(scan, field->token, option->name) ||
		    option->origin.kind == ORIGIN_NONE)
			continue;
		/* A local of the same name may hold another value. */
		push_value(L, option);
		is_same = lua_rawequal(L, -1, field->index);
		lua_pop(L, 1);
		if (is_same)
			*origin = option->origin;
		return is_same;
	}
	return false;
}
