/* SPDX-License-Identifier: ISC */
/*
 * Check: the modules' own C validators accept the frozen values.
 *
 * A validator is a build-time function with result text; NULL from it means
 * accepted. The complaint is shown at the setting that the user wrote, or at
 * the entry of a list or map, which are judged one entry after the other.
 */
#include <string.h>

#include "catalogue.h"
#include "instance.h"
#include "native.h"
#include "type.h"

/* The place to show: the first of the settings that the user wrote himself. */
static size_t
guilty_setting(const struct instance *instance,
	       const struct validator *validator)
{
	size_t i;

	for (i = 0; i < validator->settings_count; i++) {
		size_t index = module_setting_index(instance->module,
						    validator->settings[i]);

		if (origin_is_written(&instance->origins[index]))
			return index;
	}
	return module_setting_index(instance->module, validator->settings[0]);
}

static bool
has_entries(const struct setting *setting)
{
	return setting->type == TYPE_LIST || setting->type == TYPE_MAP;
}

/* The values that were judged, each at the place it comes from; the complaint
 * about an entry names it. */
static void
show_values(const struct instance *instance, const struct validator *validator)
{
	const struct module *module = instance->module;
	size_t i;

	for (i = 0; i < validator->settings_count; i++) {
		size_t index = module_setting_index(module,
						    validator->settings[i]);
		const struct origin *origin = &instance->origins[index];

		if (origin_is_written(origin) &&
		    !has_entries(&module->settings.at[index]))
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

/* What one call judges. */
struct judged {
	struct where where;
	const char *subject;	/* "www.headers", "www.headers.Server" */
};

static struct judged
judged_setting(const struct instance *instance,
	       const struct validator *validator)
{
	size_t guilty = guilty_setting(instance, validator);

	return (struct judged){ instance_value_where(instance, guilty),
				instance_setting_name(instance, guilty) };
}

/* What a validator says: a complaint, and on a second line the edit that would
 * mend it. */
static void
complain(const struct judged *judged, const char *said)
{
	const char *line_end = strchr(said, '\n');
	size_t size = line_end == NULL ? strlen(said)
				       : (size_t)(line_end - said);

	diag(E0405, judged->where, judged->subject, "%s",
	     plain(arena_copy_n(said, size)));
	if (line_end != NULL)
		diag_fix("%s", plain(line_end + 1));
}

/* Make the calls, and show every complaint at what it is about. */
static void
judge(const struct instance *instance, const struct validator *validator,
      const struct judged *judged, struct native_call *calls, size_t count)
{
	const struct module *module = instance->module;
	struct native_failure failure;
	size_t i;

	if (!native_call_all(module,
			     module_function(module, validator->function),
			     calls, count, &failure)) {
		i = failure.call < count ? failure.call : 0;
		native_complain(&failure, judged[i].where, judged[i].subject,
				validator->function);
		if (failure.code != E0601)
			show_values(instance, validator);
		return;
	}
	for (i = 0; i < count; i++) {
		const char *complaint = calls[i].result.value.text;

		if (complaint == NULL)
			continue;
		complain(&judged[i], complaint);
		show_values(instance, validator);
	}
}

/* A value as an argument; a record's fields go by their names. */
static struct native_value
argument_of(const struct c_type *type, const struct setting *setting,
	    const struct value *value) /* NOLINT(misc-no-recursion) */
{
	struct native_value argument = { .value = *value };
	size_t i, index;

	if (type->kind != C_RECORD)
		return argument;
	argument.fields = arena_alloc(type->record->fields_count,
				      sizeof *argument.fields);
	/* Not given at all: zeros. */
	for (i = 0; i < type->record->fields_count && value->items != NULL;
	     i++) {
		index = type_field_index(setting, type->record->field_names[i]);
		argument.fields[i] = argument_of(&type->record->fields[i],
						 &setting->fields.at[index],
						 &value->items[index]);
	}
	return argument;
}

/* Bytes of all entries together, each being a line "KEY: VALUE\r\n". */
static uint64_t
lines_bytes(const struct value *map)
{
	uint64_t bytes = 0;
	size_t i;

	for (i = 0; i < map->items_count; i++)
		bytes += strlen(map->keys[i]) + strlen(": \r\n") +
			 strlen(map->items[i].text);
	return bytes;
}

/* Entry by entry: item, or key and item, or these and the bytes of all
 * (module_function.c). */
static void
judge_entries(const struct instance *instance,
	      const struct validator *validator, const struct setting *setting,
	      const struct value *value)
{
	const struct function *function =
		module_function(instance->module, validator->function);
	size_t count = value->items_count, i, at;
	struct native_call *calls = arena_alloc(count, sizeof *calls);
	struct judged *judged = arena_alloc(count, sizeof *judged);
	struct judged whole = judged_setting(instance, validator);

	for (i = 0; i < count; i++) {
		struct native_value *arguments = arena_alloc(3, sizeof *arguments);
		const struct origin *origin = &value->origins[i];

		at = 0;
		if (setting->type == TYPE_MAP)
			arguments[at++].value.text = value->keys[i];
		arguments[at] = argument_of(&function->arguments[at],
					    setting->item, &value->items[i]);
		if (++at < function->arguments_count)
			arguments[at].value.number =
				(int64_t)lines_bytes(value);
		calls[i].arguments = arguments;
		judged[i].where = origin_is_written(origin) ? origin->where
						     : whole.where;
		judged[i].subject = setting->type == TYPE_MAP
			? type_entry_name(whole.subject, value->keys[i])
			: arena_printf("%s[%zu]", whole.subject, i + 1);
	}
	judge(instance, validator, judged, calls, count);
}

static void
run_validator(const struct instance *instance,
	      const struct validator *validator)
{
	const struct module *module = instance->module;
	const struct function *function =
		module_function(module, validator->function);
	size_t count = validator->settings_count, i;
	struct native_value *arguments =
		arena_alloc(count + 1, sizeof *arguments);
	struct judged judged = judged_setting(instance, validator);

	for (i = 0; i < count; i++) {
		size_t index = module_setting_index(module,
						    validator->settings[i]);
		const struct setting *setting = &module->settings.at[index];
		const struct value *value = &instance->values[index];

		/* What is not known yet is judged when it is sealed. */
		if (value->is_sealed != value->is_filled)
			return;
		if (has_entries(setting)) {
			judge_entries(instance, validator, setting, value);
			return;
		}
		arguments[i] = argument_of(&function->arguments[i], setting,
					   value);
	}
	judge(instance, validator, &judged,
	      &(struct native_call){ .arguments = arguments }, 1);
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
	if (!build->is_unchecked)
		run_validators(build, true);
}

void
check_sealed(const struct build *build)
{
	run_validators(build, false);
}
