/* SPDX-License-Identifier: ISC */
/*
 * Evaluate, what a variant leaves out: a setting is as if nobody wrote it, and
 * an instance as if it were not made. The configuration itself is evaluated as
 * it is, so that nothing in it goes unused.
 */
#include <string.h>

#include "catalogue.h"
#include "evaluate.h"

static void
forget_setting(struct instance *instance, size_t index)
{
	const struct setting *setting = &instance->module->settings.at[index];

	instance->values[index] = setting->has_default
					  ? setting->default_value
					  : (struct value){ .type = setting->type };
	instance->origins[index] = (struct origin){
		.kind = setting->has_default ? ORIGIN_DEFAULT : ORIGIN_NONE };
	instance->replaced[index] = (struct origin){ 0 };
}

/* "ip" of "ip.dhcp". */
static bool
is_of(const struct instance *instance, const char *name)
{
	return text_starts(name, instance->name) &&
	       name[strlen(instance->name)] == '.';
}

static void
remove_instance(struct build *build, const char *name)
{
	size_t i, j, kept = 0;

	for (i = 0; i < build->instances.count; i++) {
		struct instance *instance = build->instances.at[i];

		if (text_equal(instance->name, name))
			continue;
		for (j = 0; j < instance->module->requires.count; j++)
			if (instance->wanted_wires[j] != NULL &&
			    text_equal(instance->wanted_wires[j]->name, name))
				instance->wanted_wires[j] = NULL;
		build->instances.at[kept++] = instance;
	}
	build->instances.count = kept;
}

void
leave_out(struct build *build)
{
	size_t i, j, index;

	for (i = 0; i < build->left_out.count; i++) {
		const char *name = build->left_out.at[i];

		for (j = 0; j < build->instances.count; j++) {
			struct instance *instance = build->instances.at[j];

			if (!is_of(instance, name))
				continue;
			index = module_setting_index(
				instance->module,
				name + strlen(instance->name) + 1);
			if (index != instance->module->settings.count)
				forget_setting(instance, index);
		}
		remove_instance(build, name);
	}
}
