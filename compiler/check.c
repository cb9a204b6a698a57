/* SPDX-License-Identifier: ISC */
/*
 * Check: the modules' own C validators accept the frozen values.
 *
 * A validator is a build-time function with result text; NULL from it means
 * accepted. The complaint is shown at the setting that the user wrote.
 */
#include <string.h>

#include "unicc.h"

static size_t
setting_index(const struct module *module, const char *name)
{
	size_t i;

	for (i = 0; i < module->settings.count; i++)
		if (text_equal(module->settings.at[i].name, name))
			break;
	return i;
}

/* The place to show: the first of the settings that the user wrote himself. */
static size_t
guilty_setting(const struct instance *instance,
	       const struct validator *validator)
{
	size_t i;

	for (i = 0; i < validator->settings_count; i++) {
		size_t index = setting_index(instance->module,
					     validator->settings[i]);

		if (instance->origins[index].kind == ORIGIN_CONFIG)
			return index;
	}
	return setting_index(instance->module, validator->settings[0]);
}

static void
run_validator(const struct instance *instance,
	      const struct validator *validator)
{
	const struct module *module = instance->module;
	size_t count = validator->settings_count, guilty, i;
	struct native_value *arguments = arena_alloc(count + 1, sizeof *arguments);
	struct native_value result = { 0 };
	const char *failure = NULL, *subject;
	struct where where;
	bool is_called;

	for (i = 0; i < count; i++) {
		const struct value *value = &instance->values[setting_index(
			module, validator->settings[i])];

		arguments[i].number = (uint64_t)value->number;
		arguments[i].text = value->text;
		arguments[i].value = *value;
	}
	is_called = native_call(module, validator->function, arguments, count,
			     &result, &failure);
	if (is_called && result.text == NULL)
		return;
	guilty = guilty_setting(instance, validator);
	where = instance->origins[guilty].kind == ORIGIN_CONFIG
			? instance->origins[guilty].where
			: instance->origin.where;
	subject = arena_printf("%s.%s", instance->name,
			       module->settings.at[guilty].name);
	if (is_called)
		diag(E0405, where, subject, "%s", result.text);
	else
		diag(E0406, where, subject, "%s: %s", validator->function,
		     failure);
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
