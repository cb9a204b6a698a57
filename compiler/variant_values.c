/* SPDX-License-Identifier: ISC */
/* Variants, values: what else a setting could be. See variant.h. */
#include <string.h>

#include "instance.h"
#include "type.h"
#include "variant.h"

enum { NUMBERS_MAX = 8 };	/* of a range that is small */

/* What has other values: a setting of an instance, or an option. */
struct varied {
	const struct instance *instance;	/* NULL: an option */
	const struct setting *setting;
	const struct value *now;
	bool is_set;
};

/* "www.gzip", "option env", and of a module alone "gzip". */
static const char *
show_name(const struct varied *varied)
{
	const char *name = varied->setting->name;

	if (varied->instance == NULL)
		return arena_printf("option %s", name);
	return varied->instance->name == NULL
		       ? name
		       : arena_printf("%s.%s", varied->instance->name, name);
}

/* A text is written plain for an option. */
static void
add(struct alternatives *all, const struct varied *varied, const char *value,
    const char *shown)
{
	struct alternative *one = list_add(&all->list);

	one->instance = varied->instance;
	one->setting = varied->setting;
	one->value = value;
	one->shown = arena_printf("%s = %s", show_name(varied), shown);
}

/* Those of an option that carry a unit cannot be given as a number. */
static bool
is_number(const struct varied *varied)
{
	enum type type = varied->setting->type;

	return type == TYPE_INT || type == TYPE_PORT ||
	       (varied->instance != NULL &&
		(type == TYPE_SIZE || type == TYPE_DURATION));
}

static void
add_numbers(struct alternatives *all, const struct varied *varied)
{
	const struct setting *setting = varied->setting;
	int64_t number;
	const char *text;

	/* No difference of these two overflows: a range of numbers of 64 bits
	 * has more than the largest of them. */
	if ((uint64_t)setting->max - (uint64_t)setting->min >= NUMBERS_MAX) {
		/* Of a large range, only that there is a value at all. */
		text = arena_printf("%lld", (long long)setting->min);
		if (!varied->is_set)
			add(all, varied, text, text);
		return;
	}
	for (number = setting->min; number <= setting->max; number++) {
		text = arena_printf("%lld", (long long)number);
		if (!varied->is_set || number != varied->now->number)
			add(all, varied, text, text);
	}
}

static void
add_values(struct alternatives *all, const struct varied *varied)
{
	const struct setting *setting = varied->setting;
	const char *text;
	size_t i;

	/* Its slot is there whatever is in it. */
	if (varied->now->is_sealed)
		return;
	if (setting->is_optional && varied->is_set)
		add(all, varied, "false", "not given");
	for (i = 0; setting->type == TYPE_FLAG && i < 2; i++)
		if (!varied->is_set || varied->now->number != (int64_t)i)
			add(all, varied, i == 0 ? "false" : "true",
			    i == 0 ? "false" : "true");
	for (i = 0; setting->type == TYPE_CHOICE && i < setting->choices_count;
	     i++) {
		text = varied->instance == NULL
			       ? setting->choices[i]
			       : arena_printf("\"%s\"", setting->choices[i]);
		if (!varied->is_set || varied->now->number != (int64_t)i)
			add(all, varied, text, text);
	}
	if (is_number(varied))
		add_numbers(all, varied);
}

static void
add_instance(struct alternatives *all, const struct instance *instance)
{
	size_t i;

	for (i = 0; i < instance->module->settings.count; i++) {
		struct varied varied = {
			instance, &instance->module->settings.at[i],
			&instance->values[i],
			instance->origins[i].kind != ORIGIN_NONE,
		};

		add_values(all, &varied);
	}
}

struct alternatives
variant_alternatives(const struct build *build)
{
	struct alternatives all = { 0 };
	size_t i;

	for (i = 0; i < build->options.count; i++) {
		const struct config_option *option = &build->options.at[i];
		struct varied varied = { NULL, &option->setting, &option->value,
					 true };

		add_values(&all, &varied);
	}
	for (i = 0; i < build->instances.count; i++)
		add_instance(&all, build->instances.at[i]);
	return all;
}

/* ---- A module alone ------------------------------------------------------------- */

static const char *
example_path(bool is_folder)
{
	const char *scratch = host_scratch_folder(), *folder, *file;

	if (scratch == NULL)
		return NULL;
	folder = host_join(scratch, "example");
	file = host_join(folder, "index.html");
	if (!host_make_folders(folder) ||
	    !host_write(file, (struct bytes){ (const uint8_t *)"x", 1 }))
		return NULL;
	return arena_printf("\"%s\"", is_folder ? folder : file);
}

const char *
variant_example(const struct setting *setting)
{
	switch (setting->type) {
	case TYPE_FLAG:
		return "true";
	case TYPE_INT: case TYPE_SIZE: case TYPE_DURATION: case TYPE_PORT:
		return arena_printf("%lld", (long long)setting->min);
	case TYPE_TEXT:
		return "\"x\"";
	case TYPE_CHOICE:
		return arena_printf("\"%s\"", setting->choices[0]);
	case TYPE_IPV4:
		return "\"10.0.0.1\"";
	case TYPE_IPV6:
		return "\"fd00::1\"";
	case TYPE_CIDR:
		return "\"10.0.0.2/24\"";
	case TYPE_MAC:
		return "\"02:00:00:00:00:01\"";
	case TYPE_LIST: case TYPE_MAP: case TYPE_RECORD:
		return "{}";
	case TYPE_FILE: case TYPE_FILES:
		return example_path(setting->type == TYPE_FILES);
	case TYPE_SECRET: case TYPES:
		break;
	}
	return NULL;
}

struct alternatives
variant_module_alternatives(struct module *module)
{
	struct instance *none = instance_make(module);
	struct alternatives all = { 0 };
	const char *example;
	size_t i;

	none->name = NULL;
	*list_add(&all.list) = (struct alternative){ none, NULL, "", "" };
	for (i = 0; i < module->settings.count; i++) {
		struct varied varied = {
			none, &module->settings.at[i], &none->values[i],
			none->origins[i].kind != ORIGIN_NONE,
		};

		if (!varied.setting->is_optional) {
			add_values(&all, &varied);
			continue;
		}
		example = variant_example(varied.setting);
		if (example != NULL)
			add(&all, &varied, example, example);
	}
	return all;
}
