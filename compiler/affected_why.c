/* SPDX-License-Identifier: ISC */
/*
 * Why something is not in an image: the module that no instance is of, the
 * setting that an #if goes by, or the header that leaves no choice.
 */
#include <string.h>

#include "affected.h"
#include "unicc.h"

/* ---- Modules --------------------------------------------------------------- */

static bool
has_instance(const struct question *question, const char *module)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, manifest_field(&question->manifest,
					       "instances")) {
		if (text_equal(manifest_text(row, "module"), module))
			return true;
	}
	return false;
}

/* Does the module compile this file? */
static bool
is_of_module(const struct module *module, const char *label)
{
	size_t size = strlen(module->label), i;

	if (text_starts(label, module->label) && label[size] == '/')
		return true;
	if (module->package == NULL)
		return false;
	for (i = 0; i < module->package_files_count; i++)
		if (text_equal(arena_printf("%s:%s", module->package,
					    module->package_files[i]), label))
			return true;
	return false;
}

/* The module of a file; NULL: it is of none. */
static const struct module *
module_of(const struct question *question, const char *label)
{
	const struct catalogue *catalogue = question->catalogue;
	size_t i;

	for (i = 0; i < catalogue->modules.count; i++) {
		const struct module *module = catalogue_module(
			catalogue, catalogue->modules.at[i]->name);

		if (module != NULL && is_of_module(module, label))
			return module;
	}
	return NULL;
}

const char *
affected_why_file(const struct question *question, const char *label)
{
	const struct module *module = module_of(question, label);

	if (module == NULL || text_equal(module->name, "libc") ||
	    has_instance(question, module->name))
		return "";
	return arena_printf(": it is of module %s, and no instance is",
			    module->name);
}

/* ---- Settings -------------------------------------------------------------- */

static const char *
show_setting(const struct question *question, const char *instance_name,
	     const char *setting)
{
	const cJSON *instance, *row;

	cJSON_ArrayForEach(instance, manifest_field(&question->manifest,
						    "instances")) {
		if (!text_equal(manifest_text(instance, "name"),
				instance_name))
			continue;
		cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(
						instance, "settings")) {
			if (text_equal(manifest_text(row, "name"), setting))
				return arena_printf(
					"%s.%s = %s (%s)", instance_name,
					setting, manifest_text(row, "value"),
					manifest_text(row, "origin"));
		}
	}
	return arena_printf("%s.%s is not given", instance_name, setting);
}

/* The setting of an instance of the image that gives this macro its value. */
static const char *
setting_of(const struct question *question, const char *macro)
{
	const cJSON *row;
	size_t i;

	cJSON_ArrayForEach(row, manifest_field(&question->manifest,
					       "instances")) {
		const struct module *module = catalogue_module(
			question->catalogue, manifest_text(row, "module"));

		for (i = 0; module != NULL && i < module->settings.count; i++)
			if (module->settings.at[i].option != NULL &&
			    text_equal(module->settings.at[i].option, macro))
				return show_setting(
					question, manifest_text(row, "name"),
					module->settings.at[i].name);
	}
	return NULL;
}

/* ---- Macros ---------------------------------------------------------------- */

enum { STEPS_MAX = 4 };

static const char macro_letters[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789abcdefghijklmnopqrstuvwxyz";

/* The value that a header gives to a macro, or NULL. */
static const char *
value_in(struct bytes text, const char *macro)
{
	const char *at = arena_copy_n(text.size == 0 ? ""
						     : (const char *)text.at,
				      text.size);
	const char *start = arena_printf("#define %s", macro), *line;
	size_t size, length;

	for (; *at != '\0'; at += size + (at[size] == '\n')) {
		size = strcspn(at, "\n");
		length = strlen(start);
		if (!text_starts(at, start) ||
		    (at[length] != ' ' && at[length] != '\t'))
			continue;
		line = arena_copy_n(at, size);
		line += length;
		line += strspn(line, " \t");
		length = strcspn(line, "/");
		while (length != 0 && strchr(" \t", line[length - 1]) != NULL)
			length--;
		return arena_copy_n(line, length);
	}
	return NULL;
}

/* What a header of a module of the image says of a macro; *header is it. */
static const char *
fixed_value(const struct question *question, const char *macro,
	    const char **header)
{
	const char **names, *value;
	const cJSON *row;
	struct bytes text;
	size_t count, i;

	cJSON_ArrayForEach(row, manifest_field(&question->manifest,
					       "instances")) {
		const struct module *module = catalogue_module(
			question->catalogue, manifest_text(row, "module"));

		if (module == NULL || module->option_header == NULL ||
		    !host_list(module->folder, &names, &count))
			continue;
		for (i = 0; i < count; i++) {
			if (!text_ends(names[i], ".h") ||
			    !host_read(host_join(module->folder, names[i]),
				       &text))
				continue;
			value = value_in(text, macro);
			*header = arena_printf("%s/%s", module->label,
					       names[i]);
			if (value != NULL)
				return value;
		}
	}
	return NULL;
}

/* What decides a macro, or NULL; of the value 1 nothing is to be said. */
static const char *
explain_macro(const struct question *question, const char *macro,
	      unsigned steps)
{
	const char *setting = setting_of(question, macro), *value, *header;
	const char *by;

	if (setting != NULL)
		return arena_printf("%s is %s", macro, setting);
	value = fixed_value(question, macro, &header);
	if (value == NULL || steps == STEPS_MAX)
		return NULL;
	if (text_equal(value, "0"))
		return arena_printf("%s is 0 in %s", macro, header);
	if (value[0] == '\0' || strspn(value, macro_letters) != strlen(value))
		return NULL;
	by = explain_macro(question, value, steps + 1);
	return by == NULL ? NULL
			  : arena_printf("%s is %s, and %s", macro, value, by);
}

const char *
affected_why_condition(const struct question *question, const char *condition)
{
	struct buffer text = { 0 };
	const char *at = condition, *by;
	size_t size;

	for (; *at != '\0'; at += size == 0 ? 1 : size) {
		size = strspn(at, macro_letters);
		by = size == 0 ? NULL
			       : explain_macro(question,
					       arena_copy_n(at, size), 0);
		if (by != NULL && (text.at == NULL ||
				   strstr(text.at, by) == NULL))
			buffer_printf(&text, "%s%s", text.size == 0 ? ": "
								     : "; ",
				      by);
	}
	return buffer_keep(&text);
}
