/* SPDX-License-Identifier: ISC */
/*
 * module.lua: a module's declaration.
 *
 * Its words are module, optional, the units, and one for each type of
 * setting: port "http" { default = 80, doc = "..." }. All that a later stage
 * relies on is checked here, so that a wrong declaration is an error at its
 * own line (E0501) and never one in generated C.
 */
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "module_words.h"
#include "native.h"

struct module_reading *
module_reading_of(lua_State *L)
{
	return script_of(L)->owner;
}

const struct declared *
module_declared_at(const struct item *item, enum declared_kind kind)
{
	lua_State *L = item->script->state;
	const struct declared *declared;

	if (lua_type(L, item->index) != LUA_TLIGHTUSERDATA)
		return NULL;
	declared = lua_touserdata(L, item->index);
	return declared->kind == kind ? declared : NULL;
}

struct declared *
module_push_declared(lua_State *L, enum declared_kind kind)
{
	struct declared *declared = arena_alloc(1, sizeof *declared);

	declared->kind = kind;
	lua_pushlightuserdata(L, declared);
	return declared;
}

static int
optional_word(lua_State *L)
{
	struct script *script = script_of(L);
	struct item name = item_at(script, 1, script_token(script));
	const char *interface = item_text(&name);

	if (interface == NULL)
		declare_wrong(&name, "optional",
			      "optional is followed by an interface's name");
	module_push_declared(L, DECLARED_OPTIONAL)->interface =
		interface == NULL ? "" : interface;
	return 1;
}

/* ---- Parts of a module ----------------------------------------------- */

static void
check_interface(const struct module_reading *reading, const struct item *item,
		const char *name)
{
	const struct catalogue *catalogue = reading->catalogue;
	const char **names;
	const char *nearest;
	size_t i;

	if (catalogue_interface(catalogue, name) != NULL)
		return;
	names = arena_alloc(catalogue->interfaces_count, sizeof *names);
	for (i = 0; i < catalogue->interfaces_count; i++)
		names[i] = catalogue->interfaces[i].name;
	declare_wrong(item, name, "there is no such interface");
	nearest = text_nearest(name, names, catalogue->interfaces_count);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
}

static void
read_requires(struct module_reading *reading, const struct item *table)
{
	lua_State *L = table->script->state;
	struct item requires, field;
	struct item_keys keys;
	size_t i;

	if (!declare_table(table, "requires", &requires))
		return;
	keys = declare_keys(&requires, "requires", NULL, 0);
	for (i = 0; i < keys.names_count; i++) {
		struct requirement *requirement =
			list_add(&reading->module->requires);
		const struct declared *optional;

		item_field(&requires, keys.names[i], &field);
		optional = module_declared_at(&field, DECLARED_OPTIONAL);
		requirement->slot = keys.names[i];
		requirement->where = item_key_where(&field);
		requirement->is_optional = optional != NULL;
		requirement->interface = optional != NULL ? optional->interface
							  : item_text(&field);
		if (requirement->interface == NULL) {
			declare_wrong(&field, keys.names[i],
				      "found %s; an interface's name is meant",
				      item_found(&field));
			requirement->interface = "";
		} else {
			check_interface(reading, &field,
					requirement->interface);
		}
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

static void
read_provides(struct module_reading *reading, const struct item *table)
{
	struct module *module = reading->module;
	size_t i;

	module->provides =
		declare_texts(table, "provides", &module->provides_count);
	for (i = 0; i < module->provides_count; i++) {
		struct item name = declare_element(table, "provides", i);

		check_interface(reading, &name, module->provides[i]);
	}
}

static void
read_platforms(struct module_reading *reading, const struct item *table)
{
	struct module *module = reading->module;
	const struct catalogue *catalogue = reading->catalogue;
	size_t i, j;

	module->platforms =
		declare_texts(table, "platforms", &module->platforms_count);
	for (i = 0; i < module->platforms_count; i++) {
		for (j = 0; j < catalogue->platforms_count; j++)
			if (text_equal(module->platforms[i],
				       catalogue->platforms[j].name))
				break;
		if (j == catalogue->platforms_count) {
			struct item name =
				declare_element(table, "platforms", i);

			declare_wrong(&name, module->platforms[i],
				      "there is no such platform");
		}
	}
}

const struct hook_name hook_names[HOOKS] = {
	{ HOOK_START, "start", "start" },
	{ HOOK_EVENT, "event", "event" },
	{ HOOK_DEADLINE, "deadline", "deadline_ns" },
	{ HOOK_STOP, "stop", "stop" },
};

static void
read_hooks(struct module_reading *reading, const struct item *table)
{
	const char **names;
	size_t count, i, j;

	names = declare_texts(table, "hooks", &count);
	for (i = 0; i < count; i++) {
		for (j = 0; j < HOOKS; j++)
			if (text_equal(names[i], hook_names[j].name))
				break;
		if (j == HOOKS) {
			struct item name = declare_element(table, "hooks", i);

			declare_wrong(&name, names[i], "there is no such hook; "
				      "there are start, event, deadline and "
				      "stop");
			continue;
		}
		reading->module->hooks |= hook_names[j].hook;
	}
}

static void
read_settings(struct module_reading *reading, const struct item *table)
{
	lua_State *L = table->script->state;
	struct item settings, element;
	struct item_keys keys;
	size_t i;

	if (!declare_table(table, "settings", &settings))
		return;
	keys = item_keys(&settings);
	if (keys.names_count != 0 || keys.strange != NULL)
		declare_wrong(&settings, "settings", "a setting is written "
			      "TYPE \"NAME\" { ... }, without a key");
	for (i = 0; i < keys.elements_count; i++) {
		const struct declared *declared;
		struct setting *setting;

		item_element(&settings, (int64_t)i + 1, &element);
		declared = module_declared_at(&element, DECLARED_SETTING);
		if (declared == NULL) {
			declare_wrong(&element, "settings", "a setting is "
				      "TYPE \"NAME\" { ... }");
			lua_pop(L, 1);
			continue;
		}
		setting = list_add(&reading->module->settings);
		*setting = declared->setting;
		type_set_c_name(setting,
				arena_printf("%s_%s", reading->module->name,
					     type_c_member(setting)));
		lua_pop(L, 1);
	}
	lua_pop(L, 1);
}

/* ---- Settings, by name ------------------------------------------------ */

size_t
module_setting_index(const struct module *module, const char *name)
{
	size_t i;

	for (i = 0; i < module->settings.count; i++)
		if (text_equal(module->settings.at[i].name, name))
			break;
	return i;
}

static const struct setting *
find_setting(const struct module *module, const char *name)
{
	size_t index = module_setting_index(module, name);

	return index == module->settings.count ? NULL
					       : &module->settings.at[index];
}

/* ---- Devices, packages ----------------------------------------------- */

static const char **
read_device_texts(const struct module_reading *reading, const struct item *row,
		  const char *host, size_t *count)
{
	const char **texts = declare_texts(row, host, count);
	size_t i;

	for (i = 0; i < *count; i++)
		if (!device_text_is_good(reading->module, texts[i]))
			declare_wrong(row, texts[i], "%% is followed by s, n, "
				      "l, %% or {SETTING}, at the start also by "
				      "[SETTING=VALUE]; a setting that is an "
				      "int, size, port, text, choice or mac");
	return texts;
}

static void
read_device(struct module_reading *reading, const struct item *table)
{
	static const char *const known[] = { "bus", "what", "qemu", "xl",
					     "libvirt" };
	struct device *device = &reading->module->device;
	struct item row;

	if (!declare_table(table, "device", &row))
		return;
	declare_keys(&row, "device", known, countof(known));
	device->bus = declare_text(&row, "bus");
	device->what = declare_text(&row, "what");
	device->qemu = read_device_texts(reading, &row, "qemu",
					 &device->qemu_count);
	device->xl = read_device_texts(reading, &row, "xl", &device->xl_count);
	device->libvirt = read_device_texts(reading, &row, "libvirt",
					    &device->libvirt_count);
	if (device->xl_count != 0 && device->xl_count != 2)
		declare_wrong(&row, "xl", "it is a list of xl's and the text "
			      "of an element");
	if (device->bus == NULL || device->what == NULL)
		declare_wrong(&row, "device",
			      "a device has bus = and what =");
	lua_pop(table->script->state, 1);
}

static void
read_third_party(struct module_reading *reading, const struct item *table)
{
	const struct catalogue *catalogue = reading->catalogue;
	struct module *module = reading->module;
	size_t i;

	module->package = declare_text(table, "package");
	module->package_files = declare_texts(table, "package_files",
					      &module->package_files_count);
	module->package_includes =
		declare_texts(table, "package_includes",
			      &module->package_includes_count);
	module->option_header = declare_text(table, "option_header");
	if (module->option_header != NULL &&
	    !text_ends(module->option_header, ".h"))
		declare_wrong(table, "option_header", "its name ends with .h");
	if (module->package == NULL) {
		if (module->package_files_count != 0)
			declare_wrong(table, "package_files",
				      "package = is missing");
		return;
	}
	for (i = 0; i < catalogue->packages_count; i++)
		if (text_equal(catalogue->packages[i].name, module->package))
			return;
	{
		struct item name = declare_element(table, "package", 0);

		declare_wrong(&name, module->package,
			      "build.lua has no such row in sources");
	}
}

/* ---- What must agree ------------------------------------------------- */

static void
wrong_setting(const struct setting *setting, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
wrong_setting(const struct setting *setting, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	diag(E0501, setting->where, setting->name, "%s",
	     arena_vprintf(format, args));
	va_end(args);
}

static void
check_reference(const struct module *module, const struct setting *setting,
		const char *name, enum type type)
{
	const struct setting *other =
		name == NULL ? NULL : find_setting(module, name);

	if (name != NULL && (other == NULL || other->type != type))
		wrong_setting(setting, "%s is no setting of type %s", name,
			      type_name(type));
	else if (name != NULL && other->is_sealable)
		wrong_setting(setting, "%s cannot be sealable: content is made "
			      "of it at build time", name);
}

/* What content.c gives to the functions of a files setting, by name. */
static const struct given_argument {
	const char *name;
	enum c_kind kind;
} tag_arguments[] = {
	{ "sha256", C_BYTES },
}, head_arguments[] = {
	{ "type", C_TEXT }, { "etag", C_TEXT }, { "path", C_TEXT },
	{ "size", C_U64 }, { "gzip", C_FLAG }, { "varies", C_FLAG },
};

static void
check_function(const struct module *module, const struct setting *setting,
	       const char *name, const struct given_argument *given,
	       size_t given_count)
{
	const struct function *function =
		name == NULL ? NULL : module_function(module, name);
	size_t i, j;

	if (name == NULL)
		return;
	if (function == NULL || function->result.kind != C_TEXT) {
		wrong_setting(setting, "%s is no function of this module with "
			      "result text", name);
		return;
	}
	for (i = 0; i < function->arguments_count; i++) {
		for (j = 0; j < given_count; j++)
			if (text_equal(given[j].name,
				       function->argument_names[i]) &&
			    given[j].kind == function->arguments[i].kind)
				break;
		if (j == given_count)
			wrong_setting(setting, "%s is given nothing like %s %s",
				      name,
				      c_type_show(&function->arguments[i]),
				      function->argument_names[i]);
	}
}

static bool
has_slot(const struct module *module, const char *name)
{
	size_t i;

	for (i = 0; i < module->requires.count; i++)
		if (text_equal(module->requires.at[i].slot, name))
			return true;
	return false;
}

static void
check_setting(const struct module *module, const struct setting *setting)
{
	size_t i;

	if (has_slot(module, setting->name))
		wrong_setting(setting, "requires has a slot of that name");
	if (setting->listens_slot != NULL &&
	    !has_slot(module, setting->listens_slot))
		wrong_setting(setting, "requires has no slot %s",
			      setting->listens_slot);
	for (i = 0; i < HOOKS; i++)
		if (text_equal(setting->c_name,
			       arena_printf("%s_%s", module->name,
					    hook_names[i].c_name)))
			wrong_setting(setting, "its name in C is that of a "
				      "hook");
	check_reference(module, setting, setting->types_from, TYPE_MAP);
	check_reference(module, setting, setting->index_from, TYPE_TEXT);
	check_reference(module, setting, setting->gzip_from, TYPE_FLAG);
	check_function(module, setting, setting->tag_function, tag_arguments,
		       countof(tag_arguments));
	check_function(module, setting, setting->head_function, head_arguments,
		       countof(head_arguments));
	if (setting->option != NULL && module->option_header == NULL)
		wrong_setting(setting, "option = needs an option_header");
}

static size_t
count_values(const struct value *value)
{
	size_t count = 1, i;

	for (i = 0; i < value->items_count; i++)
		count += count_values(&value->items[i]);
	return count;
}

static const char *const module_keys[] = {
	"summary", "platforms", "provides", "requires", "sources", "hooks",
	"settings", "records", "functions", "checks", "device", "single", "package",
	"package_files", "package_includes", "option_header",
};

static int
module_word(lua_State *L)
{
	struct script *script = script_of(L);
	struct module_reading *reading = module_reading_of(L);
	struct module *module = reading->module;
	size_t call = script_token(script), i;
	struct item table = item_at(script, 1,
				    scan_call_argument(script->scan, call, 0));

	if (lua_type(L, 1) != LUA_TTABLE || reading->is_declared) {
		declare_wrong(&table, "module", "module { ... } is used once");
		return 0;
	}
	reading->is_declared = true;
	module->where = script_where(script, call);
	declare_keys(&table, "module", module_keys, countof(module_keys));
	module->summary = declare_text(&table, "summary");
	if (module->summary == NULL)
		declare_wrong(&table, module->name,
			      "it needs summary = \"...\"");
	module->sources =
		declare_texts(&table, "sources", &module->sources_count);
	if (module->sources_count == 0)
		declare_wrong(&table, module->name,
			      "it needs sources = { \"%s.c\" }", module->name);
	module->is_single = declare_flag(&table, "single");
	read_platforms(reading, &table);
	read_provides(reading, &table);
	read_requires(reading, &table);
	read_hooks(reading, &table);
	read_settings(reading, &table);
	module_read_functions(reading, &table);
	read_device(reading, &table);
	read_third_party(reading, &table);
	for (i = 0; i < module->settings.count; i++)
		module->default_values_count +=
			count_values(&module->settings.at[i].default_value);
	type_check_names(module);
	for (i = 0; i < module->settings.count; i++)
		check_setting(module, &module->settings.at[i]);
	module_push_declared(L, DECLARED_MODULE);
	return 1;
}

/* ---- Running it ------------------------------------------------------ */

static int
unknown_word(lua_State *L)
{
	struct script *script = script_of(L);
	size_t token = script_token(script);
	const char *name = lua_type(L, 2) == LUA_TSTRING
				? arena_copy(lua_tostring(L, 2)) : "?";
	const char *names[TYPES + 2] = { "module", "optional" };
	const char *nearest;
	int type;

	token = scan_name_before(script->scan, token, name);
	for (type = 0; type < TYPES; type++)
		names[type + 2] = type_name((enum type)type);
	if (script_is_new(script, token, E0501)) {
		diag(E0501, script_where(script, token), name,
		     "module.lua has no such word");
		nearest = text_nearest(name, names, countof(names));
		if (nearest != NULL)
			diag_fix("write %s", nearest);
	}
	script_push_poison(script);
	return 1;
}

static int
no_assignment(lua_State *L)
{
	struct script *script = script_of(L);
	struct item here = item_at(script, 1, script_token(script));

	declare_wrong(&here, lua_type(L, 2) == LUA_TSTRING
				? lua_tostring(L, 2) : NULL,
		      "module.lua is data: nothing is assigned in it");
	return 0;
}

/* Push the globals: an empty table whose words are behind __index. */
static void
push_module_words(struct script *script, const struct catalogue *catalogue)
{
	lua_State *L = script->state;
	size_t i;
	int type;

	lua_newtable(L);
	lua_newtable(L);
	lua_createtable(L, 0, 48);
	lua_pushcfunction(L, module_word);
	lua_setfield(L, -2, "module");
	lua_pushcfunction(L, optional_word);
	lua_setfield(L, -2, "optional");
	for (type = 0; type < TYPES; type++) {
		lua_pushinteger(L, type);
		lua_pushcclosure(L, module_setting_word, 1);
		lua_setfield(L, -2, type_name((enum type)type));
	}
	for (i = 0; i < catalogue->words_count; i++) {
		lua_pushinteger(L, catalogue->words[i].number);
		lua_setfield(L, -2, catalogue->words[i].name);
	}
	lua_newtable(L);
	lua_pushcfunction(L, unknown_word);
	lua_setfield(L, -2, "__index");
	lua_setmetatable(L, -2);
	lua_setfield(L, -2, "__index");
	lua_pushcfunction(L, no_assignment);
	lua_setfield(L, -2, "__newindex");
	lua_setmetatable(L, -2);
}

static int
run_module(lua_State *L)
{
	struct script *script = script_of(L);
	struct module_reading *reading = module_reading_of(L);
	struct item returned;

	push_module_words(script, reading->catalogue);
	script_load(script, 0, 1);
	lua_call(L, 0, 1);
	returned = item_at(script, -1, 0);
	if (!script->is_poisoned &&
	    module_declared_at(&returned, DECLARED_MODULE) == NULL)
		diag(E0501, (struct where){ script->file, 0, 0 }, NULL,
		     "it must end in return module { ... }");
	return 0;
}

void
module_read(const struct catalogue *catalogue, struct module *module)
{
	struct module_reading reading = { .catalogue = catalogue,
					  .module = module };
	const char *path = module->where.file;
	size_t before = diag_count();
	struct script *script = script_open(path, path);

	module->state = MODULE_BROKEN;
	if (script == NULL)
		return;
	script->owner = &reading;
	script_protect(script, run_module);
	script_close(script);
	if (diag_count() == before)
		module->state = MODULE_READ;
}
