/* SPDX-License-Identifier: ISC */
/*
 * Check: the modules' own C validators accept the frozen values.
 *
 * A validator is a build-time function with result text; NULL from it means
 * accepted. The complaint is shown at the setting that the user wrote.
 */
#include <string.h>

#include "catalogue.h"
#include "unicc.h"

/* By the user, so that there is a place of his to show. */
static bool
is_written(const struct origin *origin)
{
	return origin->kind == ORIGIN_CONFIG || origin->kind == ORIGIN_OPTION ||
	       origin->kind == ORIGIN_OPTION_DEFAULT;
}

/* The place to show: the first of the settings that the user wrote himself. */
static size_t
guilty_setting(const struct instance *instance,
	       const struct validator *validator)
{
	size_t i;

	for (i = 0; i < validator->settings_count; i++) {
		size_t index = module_setting_index(instance->module,
						    validator->settings[i]);

		if (is_written(&instance->origins[index]))
			return index;
	}
	return module_setting_index(instance->module, validator->settings[0]);
}

/* The values that were judged, each at the place it comes from; the complaint
 * about a map names its entry. */
static void
show_values(const struct instance *instance, const struct validator *validator)
{
	const struct module *module = instance->module;
	size_t i;

	for (i = 0; i < validator->settings_count; i++) {
		size_t index = module_setting_index(module,
						    validator->settings[i]);
		const struct origin *origin = &instance->origins[index];

		if (is_written(origin) &&
		    module->settings.at[index].type != TYPE_MAP)
			diag_also(origin->where, "%s.%s is %s", instance->name,
				  module->settings.at[index].name,
				  type_show(&module->settings.at[index],
					    &instance->values[index]));
	}
}

static void
refuse(const struct instance *instance, const struct validator *validator,
       enum diag_code code, const char *complaint)
{
	size_t guilty = guilty_setting(instance, validator);
	const struct origin *origin = &instance->origins[guilty];

	diag(code,
	     is_written(origin) ? origin->where : instance->origin.where,
	     arena_printf("%s.%s", instance->name,
			  instance->module->settings.at[guilty].name),
	     "%s", complaint);
	show_values(instance, validator);
}

/* Call one validator. The complaint is shown with prefix before it. */
static bool
judge(const struct instance *instance, const struct validator *validator,
      const struct native_value *arguments, size_t arguments_count,
      const char *prefix)
{
	struct native_value result = { 0 };
	const char *failure = NULL;

	if (!native_call(instance->module, validator->function, arguments,
			 arguments_count, &result, &failure))
		refuse(instance, validator, E0406,
		       arena_printf("%s: %s", validator->function, failure));
	else if (result.text != NULL)
		refuse(instance, validator, E0405,
		       arena_printf("%s%s", prefix, result.text));
	return failure == NULL;
}

static void
judge_map(const struct instance *instance, const struct validator *validator,
	  const struct value *map)
{
	struct native_value arguments[3] = { 0 };
	size_t i;

	for (i = 0; i < map->items_count; i++)
		arguments[2].number += strlen(map->keys[i]) + strlen(": \r\n") +
				       strlen(map->items[i].text);
	for (i = 0; i < map->items_count; i++) {
		arguments[0].text = map->keys[i];
		arguments[1].text = map->items[i].text;
		if (!judge(instance, validator, arguments, 3,
			   arena_printf("%s: ", map->keys[i])))
			return;
	}
}

static void
run_validator(const struct instance *instance,
	      const struct validator *validator)
{
	const struct module *module = instance->module;
	size_t count = validator->settings_count, i;
	struct native_value *arguments =
		arena_alloc(count + 1, sizeof *arguments);

	for (i = 0; i < count; i++) {
		size_t index = module_setting_index(module,
						    validator->settings[i]);
		const struct value *value = &instance->values[index];

		/* What is not known yet is judged when it is sealed. */
		if (value->is_sealed != value->is_filled)
			return;
		if (module->settings.at[index].type == TYPE_MAP) {
			judge_map(instance, validator, value);
			return;
		}
		arguments[i].number = (uint64_t)value->number;
		arguments[i].text = value->text;
		arguments[i].value = *value;
	}
	judge(instance, validator, arguments, count, "");
}

void
check(struct build *build)
{
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const struct module *module = instance->module;

		for (j = 0; j < module->validators.count; j++)
			run_validator(instance, &module->validators.at[j]);
	}
}
