/* SPDX-License-Identifier: ISC */
/*
 * The catalogue for tools that read Lua: definitions for lua-language-server
 * (LuaCATS), and a standard for luacheck.
 *
 * The words of every configuration are doc/words.lua, as it stands; modules,
 * units and platforms come from the catalogue, user's modules included.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "doc.h"
#include "driver.h"
#include "native.h"
#include "type.h"

static const char *
read_words(void)
{
	const char *path = host_join(build_root(), "doc/words.lua");
	struct bytes text;

	if (host_read(path, &text))
		return arena_copy_n((const char *)text.at, text.size);
	diag(E0101, (struct where){ path, 0, 0 }, NULL, "%s", strerror(errno));
	return NULL;
}

/* ---- LuaCATS --------------------------------------------------------- */

/* "unicc.httpd.settings.upstreams": the class of a record, by its path. */
static const char *
setting_lua_type(const struct setting *setting, const char *path)
{
	struct buffer out = { 0 };
	const char *item;
	size_t i;

	switch (setting->type) {
	case TYPE_FLAG:
		return "boolean";
	case TYPE_INT: case TYPE_SIZE: case TYPE_DURATION: case TYPE_PORT:
		return "integer";
	case TYPE_LIST:
		item = setting_lua_type(setting->item, path);
		return strchr(item, '|') == NULL
			       ? arena_printf("%s[]", item)
			       : arena_printf("(%s)[]", item);
	case TYPE_MAP:
		return arena_printf("table<string, %s>",
				    setting_lua_type(setting->item, path));
	case TYPE_RECORD:
		return path;
	case TYPE_SECRET:
		return "unicc.sealed";
	case TYPE_CHOICE:
		for (i = 0; i < setting->choices_count; i++)
			buffer_printf(&out, "%s\"%s\"", i == 0 ? "" : "|",
				      setting->choices[i]);
		return out.at;
	default:
		return "string";
	}
}

/* A doc comment; what stands in it may not break the line. */
static void
print_comment(const char *text)
{
	fputs("---", stdout);
	for (; *text != '\0'; text++)
		putchar(*text == '\n' || *text == '\r' ? ' ' : *text);
	putchar('\n');
}

static void
print_setting(const char *path, const struct setting *setting)
{
	bool is_required = !setting->has_default && !setting->is_optional;

	print_comment(setting->doc);
	print_comment("");
	print_comment(arena_printf("Allowed: %s.", type_allowed(setting)));
	print_comment("");
	if (setting->has_default)
		print_comment(arena_printf("Default: %s",
			type_show(setting, &setting->default_value)));
	else
		print_comment(is_required ? "Must be given."
					  : "May be absent.");
	printf("---@field %s%s %s%s\n", setting->name, is_required ? "" : "?",
	       setting_lua_type(setting, arena_printf("%s.%s", path,
						      setting->name)),
	       setting->is_sealable ? "|unicc.sealed" : "");
}

/* The classes of the records in a setting, each above the one that has it. */
static void
print_setting_records(const char *path, const struct setting *setting)
{
	size_t i;

	path = arena_printf("%s.%s", path, setting->name);
	while (setting->item != NULL)
		setting = setting->item;
	if (setting->type != TYPE_RECORD)
		return;
	for (i = 0; i < setting->fields.count; i++)
		print_setting_records(path, &setting->fields.at[i]);
	printf("\n---@class (exact) %s\n", path);
	for (i = 0; i < setting->fields.count; i++)
		print_setting(path, &setting->fields.at[i]);
}

/* ---- Functions, those that a configuration can call ------------------ */

static bool
has_functions(const struct module *module)
{
	size_t i;

	for (i = 0; i < module->functions.count; i++)
		if (module->functions.at[i].doc != NULL)
			return true;
	return false;
}

static const char *
c_type_lua_name(const struct c_type *type, const struct module *module)
{
	struct setting setting;

	if (type->kind == C_RECORD)
		return arena_printf("unicc.%s.%s", module->name,
				    type->record->name);
	if (type->kind == C_BYTES)
		return "string";
	setting = c_type_setting(type, "value");
	return setting_lua_type(&setting, "");
}

static void
print_records(const struct module *module)
{
	size_t i, j;

	for (i = 0; i < module->records.count; i++) {
		const struct c_record *record = module->records.at[i];

		printf("\n---@class (exact) unicc.%s.%s\n", module->name,
		       record->name);
		for (j = 0; j < record->fields_count; j++)
			printf("---@field %s %s\n", record->field_names[j],
			       c_type_lua_name(&record->fields[j], module));
	}
}

static void
print_function(const struct module *module, const struct function *function)
{
	size_t i;

	putchar('\n');
	print_comment(function->doc);
	for (i = 0; i < function->arguments_count; i++)
		printf("---@param %s %s\n", function->argument_names[i],
		       c_type_lua_name(&function->arguments[i], module));
	printf("---@return %s%s\nfunction %s.%s(",
	       c_type_lua_name(&function->result, module),
	       function->result.kind == C_TEXT ? "?" : "", module->name,
	       function->name);
	for (i = 0; i < function->arguments_count; i++)
		printf("%s%s", i == 0 ? "" : ", ", function->argument_names[i]);
	puts(") end");
}

static void
print_functions(const struct module *module)
{
	size_t i;

	print_records(module);
	for (i = 0; i < module->functions.count; i++)
		if (module->functions.at[i].doc != NULL)
			print_function(module, &module->functions.at[i]);
}

static void
print_module(const struct module *module)
{
	const char *path = arena_printf("unicc.%s.settings", module->name);
	size_t i;

	for (i = 0; i < module->settings.count; i++)
		print_setting_records(path, &module->settings.at[i]);
	printf("\n---@class (exact) %s\n", path);
	for (i = 0; i < module->requires.count; i++) {
		const struct requirement *requirement = &module->requires.at[i];

		print_comment(arena_printf("An instance that provides %s%s.",
			requirement->interface,
			requirement->is_optional ? ", or false for none" : ""));
		printf("---@field %s? unicc.interface.%s%s\n",
		       requirement->slot, requirement->interface,
		       requirement->is_optional ? "|false" : "");
	}
	for (i = 0; i < module->settings.count; i++)
		print_setting(path, &module->settings.at[i]);
	putchar('\n');
	print_comment(module->summary);
	printf("---@class unicc.%s: unicc.instance", module->name);
	for (i = 0; i < module->provides_count; i++)
		printf(", unicc.interface.%s", module->provides[i]);
	puts("\n");
	print_comment(module->summary);
	if (has_functions(module)) {
		printf("---@overload fun(settings: unicc.%s.settings): "
		       "unicc.%s\n%s = {}\n",
		       module->name, module->name, module->name);
		print_functions(module);
		return;
	}
	printf("---@param settings unicc.%s.settings\n"
	       "---@return unicc.%s\n"
	       "function %s(settings) end\n",
	       module->name, module->name, module->name);
}

static void
print_platforms(const struct catalogue *catalogue)
{
	size_t i;

	puts("\n---@alias unicc.platform");
	for (i = 0; i < catalogue->platforms_count; i++)
		printf("---| '\"%s\"' # %s\n", catalogue->platforms[i].name,
		       catalogue->platforms[i].summary);
}

bool
doc_print_luacats(const struct catalogue *catalogue)
{
	const char *words = read_words();
	const struct module *module;
	size_t index = 0, i;

	if (words == NULL)
		return false;
	fputs(words, stdout);
	print_platforms(catalogue);
	puts("\n-- A size is in bytes, a duration in nanoseconds.");
	for (i = 0; i < catalogue->words_count; i++)
		printf("%s = %lld\n", catalogue->words[i].name,
		       (long long)catalogue->words[i].number);
	for (i = 0; i < catalogue->interfaces_count; i++) {
		putchar('\n');
		print_comment(arena_printf("What provides it: %s.",
					   catalogue->interfaces[i].doc));
		printf("---@class unicc.interface.%s\n",
		       catalogue->interfaces[i].name);
	}
	while ((module = doc_next_module(catalogue, &index)) != NULL)
		print_module(module);
	return true;
}

/* ---- luacheck -------------------------------------------------------- */

/* The name in "function NAME(...) end" or "NAME = {}" of words.lua; NULL. */
static const char *
defined_name(const char *line)
{
	size_t size = strcspn(line, " \n");

	if (text_starts(line, "function ")) {
		line += strlen("function ");
		return arena_copy_n(line, strcspn(line, "(\n"));
	}
	return text_starts(line + size, " = {}\n") ? arena_copy_n(line, size)
						    : NULL;
}

/* "text.byte" goes into the fields of text, which stand before it. */
static void
print_words(const char *words)
{
	const char *line, *group = NULL;

	for (line = words; line != NULL && *line != '\0';
	     line = strchr(line, '\n'), line += line != NULL) {
		const char *name = defined_name(line);
		const char *dot = name == NULL ? NULL : strchr(name, '.');

		if (name == NULL)
			continue;
		if (group != NULL && dot == NULL) {
			puts(" } },");
			group = NULL;
		}
		if (dot != NULL) {
			printf(" \"%s\",", dot + 1);
		} else if (*line == 'f') {
			printf("    \"%s\",\n", name);
		} else {
			printf("    %s = { fields = {", name);
			group = name;
		}
	}
	if (group != NULL)
		puts(" } },");
}

static void
print_units(const struct catalogue *catalogue)
{
	size_t i;

	for (i = 0; i < catalogue->words_count; i++)
		printf("    \"%s\",\n", catalogue->words[i].name);
}

/* The words of module.lua: one for each type of setting, and the units. */
static void
print_module_words(const struct catalogue *catalogue)
{
	int type;

	puts("\nstds.unicc_module = {\n  read_globals = {\n"
	     "    \"module\",\n    \"optional\",");
	for (type = 0; type < TYPES; type++)
		printf("    \"%s\",\n", type_name((enum type)type));
	print_units(catalogue);
	puts("  },\n}");
}

static void
print_module_name(const struct module *module)
{
	size_t i;

	if (!has_functions(module)) {
		printf("    \"%s\",\n", module->name);
		return;
	}
	printf("    %s = { fields = {", module->name);
	for (i = 0; i < module->functions.count; i++)
		if (module->functions.at[i].doc != NULL)
			printf(" \"%s\",", module->functions.at[i].name);
	puts(" } },");
}

bool
doc_print_luacheck(const struct catalogue *catalogue)
{
	const char *words = read_words();
	const struct module *module;
	size_t index = 0;

	if (words == NULL)
		return false;
	puts("-- SPDX-License-Identifier: ISC\n"
	     "-- For luacheck: unicc doc --luacheck > .luacheckrc\n"
	     "stds.unicc = {\n  read_globals = {");
	print_words(words);
	print_units(catalogue);
	while ((module = doc_next_module(catalogue, &index)) != NULL)
		print_module_name(module);
	puts("  },\n}");
	print_module_words(catalogue);
	puts("\nstd = \"unicc\"\n"
	     "-- A top-level assignment names an instance; whether something\n"
	     "-- uses it is unicc's to say (E0110, E0306).\n"
	     "allow_defined_top = true\n"
	     "ignore = { \"131\" }\n"
	     "max_line_length = false\n"
	     "files[\"**/module.lua\"] = { std = \"unicc_module\" }");
	return true;
}
