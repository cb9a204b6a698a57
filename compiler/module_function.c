/* SPDX-License-Identifier: ISC */
/*
 * module.lua's words for build-time C: records, functions, checks.
 *
 *     records   = { range = "ipv4 first, ipv4 last" },
 *     functions = {
 *       judge = "text (u32 count)",
 *       hosts = { type = "range (cidr network)", doc = "..." },
 *     },
 *     checks    = { { "judge", "count" } },
 *
 * One with doc can be called by a configuration.
 */
#include <string.h>

#include "module_words.h"
#include "native.h"
#include "native_wire.h"

const struct function *
module_function(const struct module *module, const char *name)
{
	size_t i;

	for (i = 0; i < module->functions.count; i++)
		if (text_equal(module->functions.at[i].name, name))
			return &module->functions.at[i];
	return NULL;
}

static const struct setting *
setting_called(const struct module *module, const char *name)
{
	size_t index = module_setting_index(module, name);

	return index == module->settings.count ? NULL
					       : &module->settings.at[index];
}

/* ---- Records --------------------------------------------------------- */

/* Read one record; NULL, or what is wrong with it so far. */
static const char *
read_record(struct module *module, const struct item *records, const char *name)
{
	struct c_record *record = arena_alloc(1, sizeof *record);
	struct c_type type;
	struct item field;
	const char *text, *wrong, *at = name;

	item_field(records, name, &field);
	text = item_text(&field);
	lua_pop(field.script->state, 1);
	if (!is_name(name) || c_type_take(&at, module, &type))
		return "its name is taken or is none";
	wrong = text == NULL ? "it is no text"
			     : c_record_read(text, module, record);
	record->name = name;
	if (wrong == NULL)
		*list_add(&module->records) = record;
	return wrong;
}

/* A record may hold others, whichever stands first: they are read until none is
 * left that can be. */
static void
read_records(const struct module_reading *reading, const struct item *table)
{
	struct module *module = reading->module;
	lua_State *L = table->script->state;
	struct item records, field;
	struct item_keys keys;
	size_t before, left, i;

	if (!declare_table(table, "records", &records))
		return;
	keys = declare_keys(&records, "records", NULL, 0);
	left = keys.names_count;
	do {
		before = left;
		for (left = 0, i = 0; i < before; i++)
			if (read_record(module, &records, keys.names[i]) !=
			    NULL)
				keys.names[left++] = keys.names[i];
	} while (left != before);
	for (i = 0; i < left; i++) {
		item_field(&records, keys.names[i], &field);
		declare_wrong(&field, keys.names[i], "a record is NAME = "
			      "\"TYPE NAME, ...\": %s",
			      read_record(module, &records, keys.names[i]));
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

/* ---- Functions ------------------------------------------------------- */

/* What is wrong with the function, or NULL. */
static const char *
read_function(const struct module *module, const struct item *field,
	      struct function *function)
{
	static const char *const known[] = { "type", "doc" };
	const char *text = item_text(field);
	bool is_public = lua_type(field->script->state, field->index) ==
			 LUA_TTABLE;

	if (is_public) {
		declare_keys(field, function->name, known, countof(known));
		text = declare_text(field, "type");
		function->doc = declare_text(field, "doc");
	}
	if (!is_name(function->name))
		return arena_printf("%s is no name", function->name);
	if (text == NULL)
		return "the text is missing";
	if (is_public && function->doc == NULL)
		return "doc is missing";
	return c_signature_read(text, module, function);
}

static void
read_functions(const struct module_reading *reading, const struct item *table)
{
	lua_State *L = table->script->state;
	struct module *module = reading->module;
	struct item functions, field;
	struct item_keys keys;
	size_t i;

	if (!declare_table(table, "functions", &functions))
		return;
	keys = declare_keys(&functions, "functions", NULL, 0);
	if (keys.names_count > WIRE_FUNCTIONS_MAX)
		declare_wrong(&functions, "functions", "more than %d of them",
			      WIRE_FUNCTIONS_MAX);
	for (i = 0; i < keys.names_count; i++) {
		struct function *function = list_add(&module->functions);
		const char *wrong;

		item_field(&functions, keys.names[i], &field);
		function->name = keys.names[i];
		function->where = item_key_where(&field);
		wrong = read_function(module, &field, function);
		if (wrong != NULL)
			declare_wrong(&field, keys.names[i], "a function is "
				      "NAME = \"RESULT (TYPE NAME, ...)\": %s",
				      wrong);
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

/* ---- Checks ---------------------------------------------------------- */

/*
 * A list and a map are judged entry by entry, by a function of their own: of
 * the item, or of the key and the item; of texts, the bytes of all entries
 * together may follow, each being a line "KEY: VALUE\r\n".
 */
static bool
judges_entries(const struct function *function, const struct setting *setting)
{
	size_t count = function->arguments_count;
	const struct c_type *arguments = function->arguments;

	if (setting == NULL)
		return false;
	if (setting->type == TYPE_LIST)
		return count == 1 && c_type_takes(&arguments[0], setting->item);
	return setting->type == TYPE_MAP && (count == 2 || count == 3) &&
	       arguments[0].kind == C_TEXT &&
	       c_type_takes(&arguments[1], setting->item) &&
	       (count == 2 || (arguments[2].kind == C_U64 &&
			       setting->item->type == TYPE_TEXT));
}

static void
check_validator(const struct module *module, const struct item *row,
		const struct validator *validator)
{
	const struct function *function =
		module_function(module, validator->function);
	size_t i;

	if (function == NULL || function->result.kind != C_TEXT) {
		declare_wrong(row, validator->function, "a check names a "
			      "function of this module with result text");
		return;
	}
	if (validator->settings_count == 1 &&
	    judges_entries(function, setting_called(module, validator->settings[0])))
		return;
	if (function->arguments_count != validator->settings_count) {
		declare_wrong(row, validator->function,
			      "it takes %zu arguments, %zu settings are given",
			      function->arguments_count,
			      validator->settings_count);
		return;
	}
	for (i = 0; i < validator->settings_count; i++) {
		const struct setting *setting =
			setting_called(module, validator->settings[i]);

		if (setting == NULL)
			declare_wrong(row, validator->settings[i],
				      "%s has no such setting", module->name);
		else if (!c_type_takes(&function->arguments[i], setting))
			declare_wrong(row, validator->settings[i],
				      "%s cannot be argument %zu of %s, which "
				      "is %s", type_allowed(setting), i + 1,
				      function->name,
				      c_type_show(&function->arguments[i]));
	}
}

/* checks = { { "gateway_inside", "address", "gateway" } } */
static void
read_validators(const struct module_reading *reading, const struct item *table)
{
	lua_State *L = table->script->state;
	struct module *module = reading->module;
	struct item checks;
	struct item_keys keys;
	size_t i;

	if (!declare_table(table, "checks", &checks))
		return;
	keys = item_keys(&checks);
	for (i = 0; i < keys.elements_count; i++) {
		struct validator *validator = list_add(&module->validators);
		struct item row, holder;
		size_t count = 0;
		const char **words = NULL;

		/* declare_texts reads a field: give it one that holds the row. */
		item_element(&checks, (int64_t)i + 1, &row);
		lua_createtable(L, 0, 1);
		lua_pushvalue(L, row.index);
		lua_setfield(L, -2, "checks");
		holder = item_at(table->script, -1, row.token);
		words = declare_texts(&holder, "checks", &count);
		validator->function = count == 0 ? "" : words[0];
		validator->settings = count == 0 ? NULL : words + 1;
		validator->settings_count = count == 0 ? 0 : count - 1;
		validator->where = item_where(&row);
		check_validator(module, &row, validator);
		lua_pop(L, 2);
	}
	lua_pop(L, 1);
}

void
module_read_functions(const struct module_reading *reading,
		      const struct item *table)
{
	read_records(reading, table);
	read_functions(reading, table);
	read_validators(reading, table);
}
