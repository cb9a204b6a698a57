/* SPDX-License-Identifier: ISC */
/*
 * One setting of a module.lua: port "http" { default = 80, doc = "..." }.
 *
 * The attributes are those of its type, its default is a value that the
 * setting would take, and its range lies within the type's.
 */
#include <stdlib.h>
#include <string.h>

#include "module_words.h"

/* Which attributes a type takes besides default, doc and optional. */
static const char *const attributes[TYPES][6] = {
	[TYPE_FLAG] = { "option", "sealable" },
	[TYPE_INT] = { "range", "power_of_two", "option", "sealable" },
	[TYPE_SIZE] = { "range", "power_of_two", "option", "sealable" },
	[TYPE_DURATION] = { "range", "option", "sealable" },
	[TYPE_PORT] = { "range", "option", "listens", "sealable" },
	[TYPE_TEXT] = { "max", "sealable" },
	[TYPE_CHOICE] = { "choices", "option", "sealable" },
	[TYPE_IPV4] = { "sealable" },
	[TYPE_CIDR] = { "sealable" },
	[TYPE_MAC] = { "sealable" },
	[TYPE_FILE] = { "max" },
	[TYPE_FILES] = { "types", "index", "gzip", "tag", "head" },
	[TYPE_LIST] = { "of", "max" },
	[TYPE_MAP] = { "of", "max" },
	[TYPE_SECRET] = { "max" },
};

static void
check_attributes(const struct item *table, const struct setting *setting)
{
	const char *known[9] = { "default", "doc", "optional" };
	size_t count = 3, i;

	for (i = 0; i < 6 && attributes[setting->type][i] != NULL; i++)
		known[count++] = attributes[setting->type][i];
	declare_keys(table, arena_printf("%s \"%s\"", type_name(setting->type),
					 setting->name), known, count);
}

static bool
read_bound(const struct item *range, int64_t number, int64_t *bound)
{
	lua_State *L = range->script->state;
	struct item element;
	bool is_good = false;

	if (!item_element(range, number, &element)) {
		declare_wrong(range, "range", "a range is { LEAST, MOST }");
		return false;
	}
	if (lua_isinteger(L, element.index)) {
		*bound = lua_tointeger(L, element.index);
		is_good = true;
	} else {
		declare_wrong(&element, "range",
			      "found %s; a whole number is meant",
			      item_found(&element));
	}
	lua_pop(L, 1);
	return is_good;
}

static void
read_range(const struct item *table, struct setting *setting)
{
	bool is_mandatory = setting->type == TYPE_INT ||
			    setting->type == TYPE_SIZE ||
			    setting->type == TYPE_DURATION;
	int64_t least = setting->min, most = setting->max;
	struct item range;

	setting->is_power_of_two = declare_flag(table, "power_of_two");
	if (!declare_table(table, "range", &range)) {
		if (is_mandatory)
			declare_wrong(table, setting->name,
				      "%s needs a range { LEAST, MOST }",
				      type_name(setting->type));
		return;
	}
	setting->has_range = true;
	if (read_bound(&range, 1, &setting->min) &&
	    read_bound(&range, 2, &setting->max) &&
	    (setting->min > setting->max || setting->min < least ||
	     setting->max > most)) {
		declare_wrong(&range, setting->name, "the range is empty or "
			      "wider than %s allows", type_name(setting->type));
		setting->min = least;
		setting->max = most;
	}
	lua_pop(table->script->state, 1);
}

static void
read_max(const struct item *table, struct setting *setting)
{
	int64_t max;

	if (!declare_integer(table, "max", &max))
		return;
	if (max < setting->min || max > INT32_MAX)
		declare_wrong(table, setting->name, "max is out of range");
	else
		setting->max = max;
	setting->has_range = true;
}

static void
read_choices(const struct item *table, struct setting *setting)
{
	size_t i, j;

	setting->choices =
		declare_texts(table, "choices", &setting->choices_count);
	if (setting->choices_count == 0)
		declare_wrong(table, setting->name,
			      "choice needs choices = { \"a\", \"b\" }");
	for (i = 0; i < setting->choices_count; i++) {
		if (!is_name(setting->choices[i]))
			declare_wrong(table, setting->name,
				      "a choice is a word of a-z, 0-9 and _: "
				      "%s is not", setting->choices[i]);
		for (j = 0; j < i; j++)
			if (text_equal(setting->choices[i], setting->choices[j]))
				declare_wrong(table, setting->name,
					      "the choice %s is given twice",
					      setting->choices[i]);
	}
}

static void
read_of(const struct item *table, struct setting *setting)
{
	const char *of = declare_text(table, "of");
	bool is_good;

	setting->item_type = of == NULL ? TYPES : type_by_name(of);
	switch (setting->item_type) {
	case TYPE_TEXT:
		is_good = true;
		break;
	case TYPE_FLAG: case TYPE_INT: case TYPE_SIZE: case TYPE_DURATION:
	case TYPE_PORT: case TYPE_IPV4: case TYPE_CIDR: case TYPE_MAC:
		is_good = setting->type == TYPE_LIST;
		break;
	default:
		is_good = false;
	}
	if (is_good)
		return;
	declare_wrong(table, setting->name, setting->type == TYPE_MAP
			? "a map is of = \"text\""
			: "a list needs of = and the name of a simple type");
	setting->item_type = TYPE_TEXT;
}

static void
read_default(const struct item *table, struct setting *setting)
{
	struct type_blame blame = { setting->name, true };
	struct item field;

	setting->is_optional = declare_flag(table, "optional");
	if (setting->type == TYPE_SECRET) {
		/* There is a slot for it, be it named in a configuration or
		 * not. */
		setting->default_value.type = TYPE_SECRET;
		setting->default_value.is_sealed = true;
		setting->has_default = !setting->is_optional;
	}
	if (!item_field(table, "default", &field))
		return;
	setting->has_default = true;
	type_accept(setting, &field, &blame, &setting->default_value);
	lua_pop(table->script->state, 1);
	if (setting->type == TYPE_FILE || setting->type == TYPE_FILES)
		declare_wrong(table, setting->name,
			      "%s has no default: a module cannot know the "
			      "user's files", type_name(setting->type));
	if (setting->is_optional)
		declare_wrong(table, setting->name,
			      "what has a default is not optional");
}

/* Something that is known only after the build. */
static void
read_sealable(const struct item *table, struct setting *setting)
{
	setting->is_sealable = declare_flag(table, "sealable");
	if (setting->is_sealable && setting->option != NULL)
		declare_wrong(table, setting->name,
			      "what stands in an option header cannot be "
			      "sealable");
	if ((setting->is_sealable || setting->type == TYPE_SECRET) &&
	    setting->type >= TYPE_TEXT && setting->max > SLOT_TEXT_BYTES_MAX)
		declare_wrong(table, setting->name,
			      "a slot holds %d bytes at most: give it a max",
			      SLOT_TEXT_BYTES_MAX);
}

/* Upvalue 1: the declared setting, so far with type and name. */
static int
setting_attributes(lua_State *L)
{
	struct script *script = script_of(L);
	struct declared *declared = lua_touserdata(L, lua_upvalueindex(1));
	struct setting *setting = &declared->setting;
	struct item table = item_at(script, 1,
			scan_call_argument(script->scan, script_token(script), 1));

	if (lua_type(L, 1) != LUA_TTABLE) {
		declare_wrong(&table, setting->name,
			      "a setting is TYPE \"NAME\" { ... }");
		return 0;
	}
	check_attributes(&table, setting);
	type_default_range(setting);
	setting->doc = declare_text(&table, "doc");
	if (setting->doc == NULL)
		declare_wrong(&table, setting->name, "it needs doc = \"...\"");
	if (setting->type <= TYPE_PORT && setting->type != TYPE_FLAG)
		read_range(&table, setting);
	if (setting->type == TYPE_PORT)
		setting->listens_slot = declare_text(&table, "listens");
	if (setting->type == TYPE_LIST || setting->type == TYPE_MAP)
		read_of(&table, setting);
	if (setting->type >= TYPE_TEXT)
		read_max(&table, setting);
	if (setting->type == TYPE_CHOICE)
		read_choices(&table, setting);
	setting->option = declare_text(&table, "option");
	setting->types_from = declare_text(&table, "types");
	setting->index_from = declare_text(&table, "index");
	setting->gzip_from = declare_text(&table, "gzip");
	setting->tag_function = declare_text(&table, "tag");
	setting->head_function = declare_text(&table, "head");
	read_sealable(&table, setting);
	read_default(&table, setting);
	lua_pushlightuserdata(L, declared);
	return 1;
}

int
module_setting_word(lua_State *L)
{
	struct script *script = script_of(L);
	struct module_reading *reading = module_reading_of(L);
	struct item name = item_at(script, 1, script_token(script));
	struct declared *declared = module_push_declared(L, DECLARED_SETTING);
	struct setting *setting = &declared->setting;

	setting->type = (enum type)lua_tointeger(L, lua_upvalueindex(1));
	setting->name = item_text(&name);
	setting->where = item_where(&name);
	if (setting->name == NULL || !is_name(setting->name)) {
		declare_wrong(&name, type_name(setting->type), "a setting's "
			      "name is a word of a-z, 0-9 and _");
		setting->name = "unnamed";
	}
	setting->c_name = arena_printf("%s_%s%s", reading->module->name,
				       setting->name,
				       type_c_suffix(setting->type));
	lua_pushcclosure(L, setting_attributes, 1);
	return 1;
}
