/* SPDX-License-Identifier: ISC */
/* Instances before they are wired: see instance.h. */
#include "instance.h"

#include <string.h>

struct instance *
instance_make(struct module *module)
{
	struct instance *instance = arena_alloc(1, sizeof *instance);
	size_t i;

	instance->module = module;
	instance->device_slot = -1;
	instance->values = arena_alloc(module->settings.count,
				       sizeof *instance->values);
	instance->origins = arena_alloc(module->settings.count,
					sizeof *instance->origins);
	instance->replaced = arena_alloc(module->settings.count,
					 sizeof *instance->replaced);
	instance->replaced_wires = arena_alloc(module->requires.count,
					sizeof *instance->replaced_wires);
	instance->wires = arena_alloc(module->requires.count,
				      sizeof *instance->wires);
	instance->wanted_wires = arena_alloc(module->requires.count,
					     sizeof *instance->wanted_wires);
	instance->wire_origins = arena_alloc(module->requires.count,
					     sizeof *instance->wire_origins);
	for (i = 0; i < module->settings.count; i++) {
		instance->values[i].type = module->settings.at[i].type;
		if (!module->settings.at[i].has_default)
			continue;
		instance->values[i] = module->settings.at[i].default_value;
		instance->origins[i].kind = ORIGIN_DEFAULT;
	}
	return instance;
}

struct instance *
instance_named(const struct build *build, const char *name, size_t size)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		if (strlen(build->instances.at[i]->name) == size &&
		    memcmp(build->instances.at[i]->name, name, size) == 0)
			return build->instances.at[i];
	return NULL;
}

const char *
instance_setting_name(const struct instance *instance, size_t index)
{
	return arena_printf("%s.%s", instance->name,
			    instance->module->settings.at[index].name);
}

struct where
instance_value_where(const struct instance *instance, size_t index)
{
	const struct origin *origin = &instance->origins[index];

	return origin_is_written(origin) ? origin->where
					 : instance->origin.where;
}

struct part
instance_part(const struct instance *instance, size_t index)
{
	return (struct part){
		.name = instance_setting_name(instance, index),
		.setting = &instance->module->settings.at[index],
		.value = &instance->values[index],
		.origin = &instance->origins[index],
		.replaced = &instance->replaced[index],
		.is_set = instance->origins[index].kind != ORIGIN_NONE,
	};
}

int
instance_order(const void *a, const void *b)
{
	const struct instance *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

bool
instance_has_value(const struct instance *instance, size_t index)
{
	const struct value *value = &instance->values[index];

	return instance->origins[index].kind != ORIGIN_NONE &&
	       value->is_sealed == value->is_filled;
}
