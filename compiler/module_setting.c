/* SPDX-License-Identifier: ISC */
/*
 * One setting of a module.lua: port "http" { default = 80, doc = "..." }.
 *
 * The attributes are those of its type, its default is a value that the
 * setting would take, and its range lies within the type's. Fields of a record
 * are settings themselves; an item of a list or map is one without a name.
 */
#include <stdlib.h>
#include <string.h>

#include "module_words.h"

/* Settings that one setting may hold, at any depth, itself included. */
enum { PARTS_MAX = 1000 };

/* Which attributes a type takes besides default, doc and optional. */
static const char *const attributes[TYPES][6] = {
	[TYPE_FLAG] = { "option", "sealable" },
	[TYPE_INT] = { "range", "power_of_two", "option", "sealable" },
	[TYPE_SIZE] = { "range", "power_of_two", "option", "sealable" },
	[TYPE_DURATION] = { "range", "option", "sealable" },
	[TYPE_PORT] = { "range", "option", "listens", "sealable" },
	[TYPE_TEXT] = { "max", "sealable" },
	[TYPE_CHOICE] = { "choices", "option", "sealable" },
	[TYPE_IPV4] = { "sealable", "unique" },
	[TYPE_IPV6] = { "sealable", "unique" },
	[TYPE_CIDR] = { "sealable", "unique" },
	[TYPE_MAC] = { "sealable", "unique" },
	[TYPE_FILE] = { "max" },
	[TYPE_FILES] = { "types", "index", "gzip", "tag", "head" },
	[TYPE_LIST] = { "of", "max" },
	[TYPE_MAP] = { "of", "max" },
	[TYPE_SECRET] = { "max" },
	[TYPE_RECORD] = { "fields" },
};

/* The attributes that only a setting of a module has: a part serves no option
 * header, no other setting, no slot. */
static bool
is_of_modules(const char *attribute)
{
	static const char *const words[] = { "option", "listens", "types",
					     "index", "gzip", "head",
					     "sealable", "unique" };
	size_t i;

	for (i = 0; i < countof(words); i++)
		if (text_equal(words[i], attribute))
			return true;
	return false;
}

static void
check_attributes(const struct item *table, const struct setting *setting,
		 bool is_part)
{
	const char *known[9];
	size_t count = 0, i;

	for (i = 0; i < 6 && attributes[setting->type][i] != NULL; i++)
		if (!is_part || !is_of_modules(attributes[setting->type][i]))
			known[count++] = attributes[setting->type][i];
	if (!is_part) {
		if (setting->type != TYPE_SECRET)
			known[count++] = "default";
		known[count++] = "doc";
		known[count++] = "optional";
	}
	declare_keys(table, is_part ? type_name(setting->type)
		     : arena_printf("%s \"%s\"", type_name(setting->type),
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

/* ---- Parts ----------------------------------------------------------- */

/* A type that is whole without attributes, by its word. */
static bool
is_whole(enum type type)
{
	return type < TYPE_LIST && type != TYPE_CHOICE;
}

/* of = "port", or of = port { range = { 1, 1023 } } */
static void
read_of(const struct item *table, struct setting *setting)
{
	struct setting *part = arena_alloc(1, sizeof *part);
	lua_State *L = table->script->state;
	const struct declared *declared = NULL;
	const char *word = NULL;
	struct item of;

	part->type = TYPE_TEXT;
	part->parts_count = 1;
	if (item_field(table, "of", &of)) {
		declared = module_declared_at(&of, DECLARED_PART);
		word = item_text(&of);
		lua_pop(L, 1);
	}
	if (declared != NULL && declared->setting.type == TYPE_SECRET)
		declare_wrong(table, setting->name,
			      "a secret is no part of another value");
	else if (declared != NULL)
		*part = declared->setting;
	else if (word != NULL && is_whole(type_by_name(word)))
		part->type = type_by_name(word);
	else
		declare_wrong(table, setting->name, "a %s needs of = and what "
			      "each entry is: \"text\", or TYPE { ... }",
			      type_name(setting->type));
	if (declared == NULL)
		type_default_range(part);
	part->name = setting->name;
	setting->item = part;
	setting->parts_count += part->parts_count;
}

/* What a field may not say, because only a setting of a module is asked. */
static bool
says_more(const struct setting *field)
{
	return field->option != NULL || field->listens_slot != NULL ||
	       field->types_from != NULL || field->index_from != NULL ||
	       field->gzip_from != NULL || field->head_function != NULL ||
	       field->is_sealable || field->is_unique;
}

static void
take_field(const struct item *element, struct setting *setting)
{
	const struct declared *declared =
		module_declared_at(element, DECLARED_SETTING);
	const struct setting *field;
	const char *member;

	if (declared == NULL) {
		declare_wrong(element, setting->name,
			      "a field is TYPE \"NAME\" { ... }");
		return;
	}
	field = &declared->setting;
	member = type_c_member(field);
	if (type_field_index(setting, field->name) != setting->fields.count)
		declare_wrong(element, field->name, "this field is given twice");
	if (is_c_word(member))
		declare_wrong(element, field->name, "C uses the name %s itself",
			      member);
	if (says_more(field))
		declare_wrong(element, field->name, "a field has no option, "
			      "listens, types, index, gzip, head, sealable and "
			      "unique");
	if (field->type == TYPE_SECRET)
		declare_wrong(element, field->name, "a secret is no part of "
			      "another value");
	*list_add(&setting->fields) = *field;
	setting->parts_count += field->parts_count;
}

static void
read_fields(const struct item *table, struct setting *setting)
{
	lua_State *L = table->script->state;
	struct item fields, element;
	struct item_keys keys = { 0 };
	size_t i;

	if (declare_table(table, "fields", &fields)) {
		keys = item_keys(&fields);
		for (i = 0; i < keys.elements_count; i++) {
			item_element(&fields, (int64_t)i + 1, &element);
			take_field(&element, setting);
			lua_pop(L, 1);
		}
		lua_pop(L, 1);
	}
	if (keys.elements_count == 0 || keys.names_count != 0 ||
	    keys.strange != NULL)
		declare_wrong(table, setting->name, "a record needs fields = "
			      "{ TYPE \"NAME\" { ... }, ... }");
}

/* Does the value name a file? */
static bool
names_file(const struct value *value)
{
	size_t i;

	for (i = 0; i < value->items_count; i++)
		if (value->origins[i].kind != ORIGIN_NONE &&
		    names_file(&value->items[i]))
			return true;
	return value->type == TYPE_FILE || value->type == TYPE_FILES;
}

static void
read_default(const struct item *table, struct setting *setting)
{
	struct type_blame blame = { .subject = setting->name,
				    .is_module = true };
	struct item field;

	setting->is_optional = declare_flag(table, "optional");
	if (setting->type == TYPE_SECRET) {
		/* There is a slot for it, be it named in a configuration or
		 * not. */
		setting->default_value.type = TYPE_SECRET;
		setting->default_value.is_sealed = true;
		setting->has_default = !setting->is_optional;
		return;
	}
	if (!item_field(table, "default", &field))
		return;
	setting->has_default = true;
	if (!type_accept(setting, &field, &blame, &setting->default_value))
		setting->default_value = (struct value){ .type = setting->type };
	lua_pop(table->script->state, 1);
	if (names_file(&setting->default_value))
		declare_wrong(table, setting->name,
			      "%s has no default: a module cannot know the "
			      "user's files", type_name(setting->type));
	if (setting->is_optional)
		declare_wrong(table, setting->name,
			      "what has a default is not optional");
}

/* ---- The words ------------------------------------------------------- */

/* What a setting and a part have in common. */
static void
read_attributes(const struct item *table, struct setting *setting, bool is_part)
{
	check_attributes(table, setting, is_part);
	type_default_range(setting);
	setting->parts_count = 1;
	if (setting->type <= TYPE_PORT && setting->type != TYPE_FLAG)
		read_range(table, setting);
	if (setting->type == TYPE_LIST || setting->type == TYPE_MAP)
		read_of(table, setting);
	if (setting->type == TYPE_RECORD)
		read_fields(table, setting);
	if (setting->type >= TYPE_TEXT)
		read_max(table, setting);
	if (setting->type == TYPE_CHOICE)
		read_choices(table, setting);
	if (setting->parts_count > PARTS_MAX) {
		declare_wrong(table, setting->name, "it holds more than %d "
			      "settings", PARTS_MAX);
		setting->item = NULL;
		setting->fields.count = 0;
		setting->type = TYPE_FLAG;
		setting->parts_count = 1;
	}
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
	    (setting->type == TYPE_TEXT || setting->type == TYPE_SECRET) &&
	    setting->max > SLOT_TEXT_BYTES_MAX)
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
	read_attributes(&table, setting, false);
	setting->doc = declare_text(&table, "doc");
	if (setting->doc == NULL)
		declare_wrong(&table, setting->name, "it needs doc = \"...\"");
	if (setting->type == TYPE_PORT)
		setting->listens_slot = declare_text(&table, "listens");
	setting->option = declare_text(&table, "option");
	setting->types_from = declare_text(&table, "types");
	setting->index_from = declare_text(&table, "index");
	setting->gzip_from = declare_text(&table, "gzip");
	setting->tag_function = declare_text(&table, "tag");
	setting->head_function = declare_text(&table, "head");
	setting->is_unique = declare_flag(&table, "unique");
	read_sealable(&table, setting);
	read_default(&table, setting);
	lua_pushlightuserdata(L, declared);
	return 1;
}

/* What each item of a list or map is: port { range = { 1, 1023 } }. */
static int
part_attributes(lua_State *L, enum type type)
{
	struct script *script = script_of(L);
	size_t call = script_token(script);
	struct item table = item_at(script, 1,
			scan_call_argument(script->scan, call, 0));
	struct declared *declared = module_push_declared(L, DECLARED_PART);

	declared->setting.type = type;
	declared->setting.name = type_name(type);
	declared->setting.where = script_where(script, call);
	read_attributes(&table, &declared->setting, true);
	return 1;
}

int
module_setting_word(lua_State *L)
{
	enum type type = (enum type)lua_tointeger(L, lua_upvalueindex(1));
	struct script *script = script_of(L);
	struct item name = item_at(script, 1, script_token(script));
	struct declared *declared;
	struct setting *setting;

	if (lua_type(L, 1) == LUA_TTABLE)
		return part_attributes(L, type);
	declared = module_push_declared(L, DECLARED_SETTING);
	setting = &declared->setting;
	setting->type = type;
	setting->name = item_text(&name);
	setting->where = item_where(&name);
	if (setting->name == NULL || !is_name(setting->name)) {
		declare_wrong(&name, type_name(setting->type), "a setting's "
			      "name is a word of a-z, 0-9 and _");
		setting->name = "unnamed";
	}
	setting->parts_count = 1;
	lua_pushcclosure(L, setting_attributes, 1);
	return 1;
}
