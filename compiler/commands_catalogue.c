/* SPDX-License-Identifier: ISC */
/*
 * unicc modules and unicc doc: what a configuration can name, from module.lua
 * alone.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "catalogue.h"
#include "doc.h"
#include "driver.h"
#include "native.h"
#include "type.h"

/* The catalogue, and the modules in the folder where the user stands. */
static bool
open_catalogue(struct build *build)
{
	if (!build_open(build))
		return false;
	catalogue_add_users(build->catalogue, ".");
	return true;
}

const struct module *
doc_next_module(const struct catalogue *catalogue, size_t *index)
{
	while (*index < catalogue->modules.count) {
		const char *name = catalogue->modules.at[(*index)++]->name;
		const struct module *module = catalogue_module(catalogue, name);

		if (module->state == MODULE_READ && module_is_named(module) &&
		    module == catalogue->modules.at[*index - 1])
			return module;
	}
	return NULL;
}

/* ---- Words for the parts of a module --------------------------------- */

static const char *
join(const char *const *texts, size_t count)
{
	struct buffer out = { 0 };
	size_t i;

	for (i = 0; i < count; i++)
		buffer_printf(&out, "%s%s", i == 0 ? "" : ", ", texts[i]);
	return count == 0 ? NULL : out.at;
}

static const char *
show_requires(const struct module *module)
{
	struct buffer out = { 0 };
	size_t i;

	for (i = 0; i < module->requires.count; i++)
		buffer_printf(&out, "%s%s%s", i == 0 ? "" : ", ",
			      module->requires.at[i].interface,
			      module->requires.at[i].is_optional
				      ? " (optional)" : "");
	return module->requires.count == 0 ? NULL : out.at;
}

static const char *
show_hooks(const struct module *module)
{
	const char *names[HOOKS];
	size_t count = 0, i;

	for (i = 0; i < HOOKS; i++)
		if (module->hooks & hook_names[i].hook)
			names[count++] = hook_names[i].name;
	return join(names, count);
}

/* What stands there when nothing is written: a value, or why there is none. */
static const char *
show_default(const struct setting *setting)
{
	if (setting->has_default)
		return type_show(setting, &setting->default_value);
	return setting->is_optional ? "(absent)" : "(must be given)";
}

/* ---- JSON ------------------------------------------------------------ */

static void
json_texts(cJSON *object, const char *name, const char *const *texts,
	   size_t count)
{
	cJSON *array = cJSON_AddArrayToObject(object, name);
	size_t i;

	for (i = 0; i < count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(texts[i]));
}

static cJSON *json_setting(const struct setting *setting);

/* What a value of a setting, or of a part of one, is. */
static void
json_type(cJSON *object, const struct setting *setting)
{
	cJSON *array, *item;
	size_t i;

	cJSON_AddStringToObject(object, "type", type_name(setting->type));
	cJSON_AddStringToObject(object, "allowed", type_allowed(setting));
	if (setting->has_range || setting->type == TYPE_PORT) {
		cJSON_AddRawToObject(object, "min",
			arena_printf("%lld", (long long)setting->min));
		cJSON_AddRawToObject(object, "max",
			arena_printf("%lld", (long long)setting->max));
	}
	if (setting->is_power_of_two)
		cJSON_AddTrueToObject(object, "power_of_two");
	if (setting->is_sealable)
		cJSON_AddTrueToObject(object, "sealable");
	if (setting->type == TYPE_CHOICE)
		json_texts(object, "choices", setting->choices,
			   setting->choices_count);
	if (setting->item != NULL) {
		cJSON_AddStringToObject(object, "of",
					type_name(setting->item->type));
		item = cJSON_AddObjectToObject(object, "item");
		json_type(item, setting->item);
	}
	if (setting->type != TYPE_RECORD)
		return;
	array = cJSON_AddArrayToObject(object, "fields");
	for (i = 0; i < setting->fields.count; i++)
		cJSON_AddItemToArray(array,
				     json_setting(&setting->fields.at[i]));
}

static cJSON *
json_setting(const struct setting *setting)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "name", setting->name);
	json_type(object, setting);
	if (setting->has_default)
		cJSON_AddStringToObject(object, "default",
			type_show(setting, &setting->default_value));
	cJSON_AddBoolToObject(object, "required",
			      !setting->has_default && !setting->is_optional);
	cJSON_AddStringToObject(object, "doc", setting->doc);
	return object;
}

static cJSON *
json_function(const struct function *function)
{
	cJSON *object = cJSON_CreateObject(), *arguments, *argument;
	size_t i;

	cJSON_AddStringToObject(object, "name", function->name);
	arguments = cJSON_AddArrayToObject(object, "arguments");
	for (i = 0; i < function->arguments_count; i++) {
		argument = cJSON_CreateObject();
		cJSON_AddStringToObject(argument, "name",
					function->argument_names[i]);
		cJSON_AddStringToObject(argument, "type",
					c_type_show(&function->arguments[i]));
		cJSON_AddItemToArray(arguments, argument);
	}
	cJSON_AddStringToObject(object, "result",
				c_type_show(&function->result));
	cJSON_AddStringToObject(object, "doc", function->doc);
	return object;
}

/* The functions that a configuration can call, and their records. */
static void
json_functions(cJSON *object, const struct module *module)
{
	cJSON *array = cJSON_AddArrayToObject(object, "functions"), *records;
	size_t i, j;

	for (i = 0; i < module->functions.count; i++)
		if (module->functions.at[i].doc != NULL)
			cJSON_AddItemToArray(array, json_function(
						&module->functions.at[i]));
	records = cJSON_AddObjectToObject(object, "records");
	for (i = 0; i < module->records.count; i++) {
		const struct c_record *record = module->records.at[i];
		cJSON *fields = cJSON_AddObjectToObject(records, record->name);

		for (j = 0; j < record->fields_count; j++)
			cJSON_AddStringToObject(fields, record->field_names[j],
						c_type_show(&record->fields[j]));
	}
}

static cJSON *
json_module(const struct module *module)
{
	cJSON *object = cJSON_CreateObject(), *array;
	const char *names[HOOKS];
	size_t count = 0, i;

	cJSON_AddStringToObject(object, "name", module->name);
	cJSON_AddStringToObject(object, "summary", module->summary);
	cJSON_AddStringToObject(object, "folder", module->label);
	cJSON_AddBoolToObject(object, "single", module->is_single);
	json_texts(object, "platforms", module->platforms,
		   module->platforms_count);
	json_texts(object, "provides", module->provides,
		   module->provides_count);
	array = cJSON_AddArrayToObject(object, "requires");
	for (i = 0; i < module->requires.count; i++) {
		const struct requirement *requirement = &module->requires.at[i];
		cJSON *entry = cJSON_CreateObject();

		cJSON_AddStringToObject(entry, "slot", requirement->slot);
		cJSON_AddStringToObject(entry, "interface",
					requirement->interface);
		cJSON_AddBoolToObject(entry, "optional",
				      requirement->is_optional);
		cJSON_AddItemToArray(array, entry);
	}
	for (i = 0; i < HOOKS; i++)
		if (module->hooks & hook_names[i].hook)
			names[count++] = hook_names[i].name;
	json_texts(object, "hooks", names, count);
	array = cJSON_AddArrayToObject(object, "settings");
	for (i = 0; i < module->settings.count; i++)
		cJSON_AddItemToArray(array,
				     json_setting(&module->settings.at[i]));
	json_functions(object, module);
	return object;
}

static int
print_json(cJSON *object)
{
	answer_print(object);
	return STATUS_OK;
}

/* ---- unicc modules --------------------------------------------------- */

static void
print_part(const char *word, const char *what)
{
	if (what != NULL)
		printf("; %s %s", word, what);
}

int
command_modules(int argc, char **argv)
{
	struct build build = { 0 };
	const struct module *module;
	cJSON *array = NULL;
	size_t index = 0;
	int at;

	for (at = 1; at < argc; at++)
		if (text_equal(argv[at], "--json"))
			array = cJSON_CreateArray();
		else if (text_equal(argv[at], "--errors=json"))
			diag_json = true;
		else
			return usage_unknown(argv[at]);
	if (!open_catalogue(&build))
		return (int)diag_flush();
	while ((module = doc_next_module(build.catalogue, &index)) != NULL) {
		if (array != NULL) {
			cJSON_AddItemToArray(array, json_module(module));
			continue;
		}
		printf("%-12s  %s", module->name, module->summary);
		print_part("on", join(module->platforms,
				      module->platforms_count));
		print_part("provides", join(module->provides,
					    module->provides_count));
		print_part("requires", show_requires(module));
		putchar('\n');
	}
	if (array != NULL)
		print_json(array);
	return (int)diag_flush();
}

/* ---- unicc doc ------------------------------------------------------- */

static void print_fields(const char *name, const struct setting *setting,
			 int indent);

static void
print_setting(const char *name, const struct setting *setting, int indent)
{
	printf("%*s%s = %s\n", indent, "", name, show_default(setting));
	printf("%*s    %s: %s%s\n", indent, "", type_name(setting->type),
	       type_allowed(setting),
	       setting->is_sealable ? "; can be sealed" : "");
	printf("%*s    %s\n", indent, "", setting->doc);
	print_fields(name, setting, indent + 4);
}

/* Fields below their record, by their whole names: upstreams[].port. */
static void
print_fields(const char *name, const struct setting *setting, int indent)
{
	size_t i;

	for (; setting->item != NULL; setting = setting->item)
		name = arena_printf("%s[]", name);
	for (i = 0; i < setting->fields.count; i++)
		print_setting(arena_printf("%s.%s", name,
					   setting->fields.at[i].name),
			      &setting->fields.at[i], indent);
}

static void
print_function(const struct function *function)
{
	printf("  %s\n      %s\n", c_signature_show(function), function->doc);
}

/* The functions that a configuration can call. */
static void
print_functions(const struct module *module)
{
	bool is_first = true;
	size_t i;

	for (i = 0; i < module->functions.count; i++) {
		if (module->functions.at[i].doc == NULL)
			continue;
		if (is_first)
			puts("\nFunctions:");
		is_first = false;
		print_function(&module->functions.at[i]);
	}
	for (i = 0; i < module->records.count && !is_first; i++)
		printf("  %s = %s\n", module->records.at[i]->name,
		       c_record_show(module->records.at[i]));
}

static void
print_module(const struct module *module)
{
	const char *platforms = join(module->platforms,
				     module->platforms_count);
	const char *provides = join(module->provides, module->provides_count);
	const char *shown_hooks = show_hooks(module);
	size_t i;

	printf("%s: %s\n", module->name, module->summary);
	printf("  folder     %s\n", module->label);
	printf("  platforms  %s\n", platforms == NULL ? "all" : platforms);
	if (provides != NULL)
		printf("  provides   %s\n", provides);
	if (shown_hooks != NULL)
		printf("  hooks      %s\n", shown_hooks);
	if (module->is_single)
		puts("  an image holds one at most");
	if (module->requires.count != 0)
		puts("\nSlots:");
	for (i = 0; i < module->requires.count; i++)
		printf("  %s = an instance that provides %s%s\n",
		       module->requires.at[i].slot,
		       module->requires.at[i].interface,
		       module->requires.at[i].is_optional
			       ? ", or false for none" : "");
	if (module->settings.count != 0)
		puts("\nSettings:");
	for (i = 0; i < module->settings.count; i++)
		print_setting(module->settings.at[i].name,
			      &module->settings.at[i], 2);
	print_functions(module);
}

static int
no_such_module(const struct catalogue *catalogue, const char *name)
{
	const char **names =
		arena_alloc(catalogue->modules.count + 1, sizeof *names);
	const char *nearest;
	size_t i;

	for (i = 0; i < catalogue->modules.count; i++)
		names[i] = catalogue->modules.at[i]->name;
	nearest = text_nearest(name, names, catalogue->modules.count);
	if (nearest != NULL)
		return usage_error("there is no module %s; is it %s?",
				   name, nearest);
	return usage_error("there is no module %s", name);
}

static int
doc_function(const struct function *function, bool is_json)
{
	if (is_json)
		return print_json(json_function(function));
	print_function(function);
	return STATUS_OK;
}

/* MODULE.NAME: a setting, or a function that a configuration can call. */
/* A setting, or with rest "limits.body" the field of that path in it. */
static int
doc_field(const struct setting *setting, const char *name, const char *rest,
	  bool is_json)
{
	const char **names, *nearest, *end;
	size_t index;

	if (rest == NULL) {
		if (is_json)
			return print_json(json_setting(setting));
		print_setting(name, setting, 2);
		return STATUS_OK;
	}
	while (setting->item != NULL)
		setting = setting->item;
	end = strchr(rest, '.');
	if (end != NULL)
		rest = arena_copy_n(rest, (size_t)(end - rest));
	index = type_field_index(setting, rest);
	if (index < setting->fields.count)
		return doc_field(&setting->fields.at[index],
				 arena_printf("%s.%s", name, rest),
				 end == NULL ? NULL : end + 1, is_json);
	names = arena_alloc(setting->fields.count + 1, sizeof *names);
	for (index = 0; index < setting->fields.count; index++)
		names[index] = setting->fields.at[index].name;
	nearest = text_nearest(rest, names, setting->fields.count);
	if (nearest != NULL)
		return usage_error("%s has no field %s; is it %s?", name, rest,
				   nearest);
	return usage_error("%s has no field %s", name, rest);
}

static int
doc_part(const struct module *module, const char *name, bool is_json)
{
	const char *dot = strchr(name, '.');
	const char *rest = dot == NULL ? NULL : dot + 1;
	const char **names = arena_alloc(
		module->settings.count + module->functions.count + 1,
		sizeof *names);
	const struct function *function = module_function(module, name);
	const char *nearest;
	size_t count = 0, i;

	if (dot != NULL)
		name = arena_copy_n(name, (size_t)(dot - name));
	for (i = 0; i < module->settings.count; i++) {
		names[count++] = module->settings.at[i].name;
		if (!text_equal(module->settings.at[i].name, name))
			continue;
		return doc_field(&module->settings.at[i], name, rest, is_json);
	}
	if (function != NULL && function->doc != NULL)
		return doc_function(function, is_json);
	for (i = 0; i < module->functions.count; i++)
		if (module->functions.at[i].doc != NULL)
			names[count++] = module->functions.at[i].name;
	nearest = text_nearest(name, names, count);
	if (nearest != NULL)
		return usage_error("%s has no setting %s; is it %s?",
				   module->name, name, nearest);
	return usage_error("%s has no setting %s", module->name, name);
}

/* The whole catalogue, for other programs to read. */
static const struct form {
	const char *option;
	bool (*print)(const struct catalogue *catalogue);
} forms[] = {
	{ "--luacats", doc_print_luacats },
	{ "--luacheck", doc_print_luacheck },
	{ "--man", doc_print_man },
};

static const struct form *
form_of(const char *option)
{
	size_t i;

	for (i = 0; i < countof(forms); i++)
		if (text_equal(forms[i].option, option))
			return &forms[i];
	return NULL;
}

/* What check.c is compiled with. */
static int
print_header(const struct module *module)
{
	struct buffer out = { 0 };

	native_write_header(&out, module);
	fputs(out.at, stdout);
	free(out.at);
	return STATUS_OK;
}

static int
doc_module(const struct catalogue *catalogue, const char *name, bool is_json,
	   bool is_header)
{
	const char *dot = strchr(name, '.');
	const struct module *module;

	if (dot != NULL)
		name = arena_copy_n(name, (size_t)(dot - name));
	module = catalogue_module(catalogue, name);
	if (module == NULL)
		return no_such_module(catalogue, name);
	if (module->state != MODULE_READ)
		return (int)diag_flush();
	if (is_header && (is_json || dot != NULL))
		return usage_error("--header is of a whole module, as C");
	if (is_header)
		return print_header(module);
	if (dot != NULL)
		return doc_part(module, dot + 1, is_json);
	if (is_json)
		return print_json(json_module(module));
	print_module(module);
	return STATUS_OK;
}

int
command_doc(int argc, char **argv)
{
	struct build build = { 0 };
	const struct form *form = NULL;
	const char *name = NULL;
	bool is_json = false, is_header = false;
	int at;

	for (at = 1; at < argc; at++) {
		if (text_equal(argv[at], "--json"))
			is_json = true;
		else if (text_equal(argv[at], "--errors=json"))
			diag_json = true;
		else if (text_equal(argv[at], "--header"))
			is_header = true;
		else if (form == NULL && form_of(argv[at]) != NULL)
			form = form_of(argv[at]);
		else if (argv[at][0] == '-' || argv[at][0] == '\0' ||
			 name != NULL)
			return usage_unknown(argv[at]);
		else
			name = argv[at];
	}
	if ((name == NULL) == (form == NULL))
		return usage_error("%s", name == NULL ? "which module?"
				   : "a form is of the whole catalogue");
	if (!open_catalogue(&build))
		return (int)diag_flush();
	if (form == NULL)
		return doc_module(build.catalogue, name, is_json, is_header);
	form->print(build.catalogue);
	return (int)diag_flush();
}
