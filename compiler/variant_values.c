/* SPDX-License-Identifier: ISC */
/* Variants, values: what else a setting could be. See variant.h. */
#include <string.h>

#include "type.h"
#include "variant.h"

enum { NUMBERS_MAX = 8 };	/* of a range that is small */

static void
add(struct alternatives *all, const struct instance *instance, size_t index,
    const char *value, const char *shown)
{
	struct alternative *one = list_add(&all->list);

	one->instance = instance;
	one->setting = &instance->module->settings.at[index];
	one->value = value;
	one->shown = arena_printf("%s.%s = %s", instance->name,
				  one->setting->name, shown);
}

static bool
is_number(enum type type)
{
	return type == TYPE_INT || type == TYPE_SIZE ||
	       type == TYPE_DURATION || type == TYPE_PORT;
}

static void
add_numbers(struct alternatives *all, const struct instance *instance,
	    size_t index, bool is_set)
{
	const struct setting *setting = &instance->module->settings.at[index];
	int64_t now = instance->values[index].number, number;
	const char *text;

	if (setting->max - setting->min >= NUMBERS_MAX) {
		/* Of a large range, only that there is a value at all. */
		text = arena_printf("%lld", (long long)setting->min);
		if (!is_set)
			add(all, instance, index, text, text);
		return;
	}
	for (number = setting->min; number <= setting->max; number++) {
		text = arena_printf("%lld", (long long)number);
		if (!is_set || number != now)
			add(all, instance, index, text, text);
	}
}

static void
add_values(struct alternatives *all, const struct instance *instance,
	   size_t index)
{
	const struct setting *setting = &instance->module->settings.at[index];
	const struct value *now = &instance->values[index];
	bool is_set = instance->origins[index].kind != ORIGIN_NONE;
	const char *text;
	size_t i;

	/* Its slot is there whatever is in it. */
	if (now->is_sealed)
		return;
	if (setting->is_optional && is_set)
		add(all, instance, index, "false", "not given");
	for (i = 0; setting->type == TYPE_FLAG && i < 2; i++)
		if (!is_set || now->number != (int64_t)i)
			add(all, instance, index, i == 0 ? "false" : "true",
			    i == 0 ? "false" : "true");
	for (i = 0; setting->type == TYPE_CHOICE && i < setting->choices_count;
	     i++) {
		text = arena_printf("\"%s\"", setting->choices[i]);
		if (!is_set || now->number != (int64_t)i)
			add(all, instance, index, text, text);
	}
	if (is_number(setting->type))
		add_numbers(all, instance, index, is_set);
}

struct alternatives
variant_alternatives(const struct build *build)
{
	struct alternatives all = { 0 };
	size_t i, j;

	for (i = 0; i < build->instances.count; i++)
		for (j = 0; j < build->instances.at[i]->module->settings.count;
		     j++)
			add_values(&all, build->instances.at[i], j);
	return all;
}
