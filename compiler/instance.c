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
