/* SPDX-License-Identifier: ISC */
/*
 * Check: the modules' own C validators accept the frozen values.
 *
 * A validator is a build-time function with result text; NULL from it means
 * accepted. The complaint is shown at the setting that the user wrote.
 */
#include <string.h>

#include "catalogue.h"
#include "native.h"

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

/* Words of a stranger's: shown as they are only if a terminal cannot take them
 * for anything else. */
static const char *
plain(const char *text)
{
	struct buffer out = { 0 };
	const char *c;

	for (c = text; (unsigned char)*c >= ' ' && *c != 0x7f; c++)
		;
	if (*c == '\0')
		return text;
	buffer_c_string(&out, text, strlen(text));
	return out.at;
}

/* The place of what the validator looks at, and what stands there. */
static struct where
guilty_where(const struct instance *instance, size_t guilty)
{
	const struct origin *origin = &instance->origins[guilty];

	return is_written(origin) ? origin->where : instance->origin.where;
}

static const char *
guilty_subject(const struct instance *instance, size_t guilty)
{
	return arena_printf("%s.%s", instance->name,
			    instance->module->settings.at[guilty].name);
}

/* Make the calls, and show the first complaint; prefixes[i] stands before
 * that of calls[i]. */
static void
judge(const struct instance *instance, const struct validator *validator,
      struct native_call *calls, size_t count, const char *const *prefixes)
{
	const struct module *module = instance->module;
	size_t guilty = guilty_setting(instance, validator), i;
	struct where where = guilty_where(instance, guilty);
	const char *subject = guilty_subject(instance, guilty);
	struct native_failure failure;

	if (!native_call_all(module,
			     module_function(module, validator->function),
			     calls, count, &failure)) {
		native_complain(&failure, where, subject, validator->function);
		if (failure.code != E0601)
			show_values(instance, validator);
		return;
	}
	for (i = 0; i < count; i++) {
		const char *complaint = calls[i].result.value.text;

		if (complaint == NULL)
			continue;
		diag(E0405, where, subject, "%s%s",
		     prefixes == NULL ? "" : prefixes[i], plain(complaint));
		show_values(instance, validator);
	}
}

/* A map is judged entry by entry: key, value, bytes of all (module_function.c). */
static void
judge_map(const struct instance *instance, const struct validator *validator,
	  const struct value *map)
{
	size_t count = map->items_count, i;
	struct native_call *calls = arena_alloc(count, sizeof *calls);
	const char **prefixes = arena_alloc(count, sizeof *prefixes);
	uint64_t all_bytes = 0;

	for (i = 0; i < count; i++)
		all_bytes += strlen(map->keys[i]) + strlen(": \r\n") +
			     strlen(map->items[i].text);
	for (i = 0; i < count; i++) {
		struct native_value *arguments =
			arena_alloc(3, sizeof *arguments);

		arguments[0].value.text = map->keys[i];
		arguments[1].value.text = map->items[i].text;
		arguments[2].value.number = (int64_t)all_bytes;
		calls[i].arguments = arguments;
		prefixes[i] = arena_printf("%s: ", map->keys[i]);
	}
	judge(instance, validator, calls, count, prefixes);
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
		arguments[i].value = *value;
	}
	judge(instance, validator,
	      &(struct native_call){ .arguments = arguments }, 1, NULL);
}

static bool
judges_sealed(const struct instance *instance,
	      const struct validator *validator)
{
	size_t i;

	for (i = 0; i < validator->settings_count; i++)
		if (instance->values[module_setting_index(instance->module,
					validator->settings[i])].is_sealed)
			return true;
	return false;
}

static void
run_validators(const struct build *build, bool is_all)
{
	size_t i, j;

	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const struct module *module = instance->module;

		for (j = 0; j < module->validators.count; j++)
			if (is_all ||
			    judges_sealed(instance, &module->validators.at[j]))
				run_validator(instance,
					      &module->validators.at[j]);
	}
}

void
check(struct build *build)
{
	run_validators(build, true);
}

void
check_sealed(const struct build *build)
{
	run_validators(build, false);
}
