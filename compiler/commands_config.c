/* SPDX-License-Identifier: ISC */
/* unicc config: every final value of a configuration with its origin. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "driver.h"
#include "instance.h"
#include "option.h"
#include "slot.h"

/* One line: what, padded, then where it comes from. */
static void
print_line(const char *what, const struct origin *origin)
{
	printf("%-44s  %s\n", what, origin_show(origin));
}

/* The same for what may have replaced another value. */
static void
print_replacing(const char *what, const struct origin *origin,
		const struct origin *replaced)
{
	if (replaced->kind == ORIGIN_NONE)
		print_line(what, origin);
	else
		printf("%-44s  %s, in place of %s\n", what,
		       origin_show(origin), origin_show(replaced));
}

static const char *
show_size(int64_t bytes)
{
	struct setting setting = { .name = "size", .type = TYPE_SIZE };
	struct value value = { .type = TYPE_SIZE, .number = bytes };

	return type_show(&setting, &value);
}

static void
print_image(const struct image *image)
{
	size_t i;

	print_line(arena_printf("image.name = \"%s\"", image->name),
		   &image->name_origin);
	print_line(arena_printf("image.platform = \"%s\"",
				image->platform->name),
		   &image->platform_origin);
	print_line(arena_printf("image.memory = %s",
				show_size(image->memory_bytes)),
		   &image->memory_origin);
	for (i = 0; i < BUDGETS; i++)
		if (image->budgets[i].is_set)
			print_line(arena_printf("image.budget.%s = %s",
					budget_names[i],
					show_size(image->budgets[i].bytes)),
				   &image->budgets[i].origin);
	if (image->layout_seed != NULL)
		print_line(arena_printf("image.layout = \"unique\", seed \"%s\"",
					image->layout_seed),
			   &image->layout_origin);
}

static void
print_options(const struct build *build)
{
	const struct config_option **sorted = option_sorted(build);
	size_t i;

	for (i = 0; i < build->options.count; i++)
		print_line(arena_printf("option %s = %s", sorted[i]->name,
					type_show(&sorted[i]->setting,
						  &sorted[i]->value)),
			   &sorted[i]->origin);
}

static void
print_part(void *context, const struct part *part)
{
	const char *shown = "absent";

	(void)context;
	if (part->is_set)
		shown = slot_show(part->setting, part->value);
	print_replacing(arena_printf("%s = %s", part->name, shown),
			part->origin, part->replaced);
}

static void
print_instance(const struct instance *instance)
{
	const struct module *module = instance->module;
	size_t i;

	print_line(arena_printf("%s = %s", instance->name, module->name),
		   &instance->origin);
	for (i = 0; i < module->requires.count; i++)
		print_replacing(arena_printf("%s.%s = %s", instance->name,
					     module->requires.at[i].slot,
					     instance->wires[i] == NULL
						     ? "absent"
						     : instance->wires[i]->name),
				&instance->wire_origins[i],
				&instance->replaced_wires[i]);
	for (i = 0; i < module->settings.count; i++) {
		struct part whole = instance_part(instance, i);

		type_each_part(&whole, print_part, NULL);
	}
	if (instance->device_slot >= 0)
		print_line(arena_printf("%s: slot %d of %s", instance->name,
					instance->device_slot,
					module->device.bus),
			   &instance->origin);
}

static cJSON *
json_entry(cJSON *array, const char *name, const struct origin *origin)
{
	cJSON *entry = cJSON_CreateObject();

	cJSON_AddStringToObject(entry, "name", name);
	cJSON_AddStringToObject(entry, "origin",
				text_utf8(origin_show(origin)));
	cJSON_AddItemToArray(array, entry);
	return entry;
}

/* A value in JSON: numbers in their base unit, lists as arrays, maps and records
 * as objects, everything else as it is shown. */
static cJSON *
json_value(const struct setting *setting, const struct value *value)
{
	cJSON *whole;
	size_t i;

	switch (setting->type) {
	case TYPE_FLAG:
		return cJSON_CreateBool(value->number != 0);
	case TYPE_INT: case TYPE_SIZE: case TYPE_DURATION: case TYPE_PORT:
		return cJSON_CreateRaw(arena_printf("%lld",
						(long long)value->number));
	case TYPE_TEXT: case TYPE_CHOICE: case TYPE_FILE: case TYPE_FILES:
		return cJSON_CreateString(text_utf8(value->text));
	case TYPE_LIST:
		whole = cJSON_CreateArray();
		for (i = 0; i < value->items_count; i++)
			cJSON_AddItemToArray(whole, json_value(setting->item,
							&value->items[i]));
		return whole;
	case TYPE_MAP: case TYPE_RECORD:
		whole = cJSON_CreateObject();
		for (i = 0; i < value->items_count; i++) {
			bool is_map = setting->type == TYPE_MAP;
			const struct setting *inner =
				is_map ? setting->item : &setting->fields.at[i];

			if (value->origins[i].kind != ORIGIN_NONE)
				cJSON_AddItemToObject(whole,
					is_map ? value->keys[i] : inner->name,
					json_value(inner, &value->items[i]));
		}
		return whole;
	default:
		return cJSON_CreateString(type_show(setting, value));
	}
}

static void
json_values(cJSON *entry, const struct setting *setting,
	    const struct value *value)
{
	cJSON_AddItemToObject(entry, "value", json_value(setting, value));
	cJSON_AddStringToObject(entry, "shown", type_show(setting, value));
}

/* One part of a value, with its own origin. */
static void
json_part(void *context, const struct part *part)
{
	cJSON *entry = json_entry(context, part->name, part->origin);

	if (part->replaced->kind != ORIGIN_NONE)
		cJSON_AddStringToObject(entry, "replaced",
			text_utf8(origin_show(part->replaced)));
	cJSON_AddStringToObject(entry, "type", type_name(part->setting->type));
	if (part->value->is_sealed)
		cJSON_AddTrueToObject(entry, "sealed");
	if (part->is_set && part->value->is_sealed == part->value->is_filled)
		json_values(entry, part->setting, part->value);
}

/* A setting, and its parts where they have origins of their own. */
static void
json_setting(cJSON *settings, const struct instance *instance, size_t index)
{
	struct part whole = instance_part(instance, index);
	cJSON *parts = cJSON_CreateArray(), *first, *entry;

	type_each_part(&whole, json_part, parts);
	first = cJSON_GetArrayItem(parts, 0);
	if (text_equal(cJSON_GetObjectItem(first, "name")->valuestring,
		       whole.name)) {
		cJSON_DetachItemViaPointer(parts, first);
		cJSON_ReplaceItemInObject(first, "name",
			cJSON_CreateString(whole.setting->name));
		cJSON_AddItemToArray(settings, first);
		cJSON_Delete(parts);
		return;
	}
	whole.name = whole.setting->name;
	json_part(settings, &whole);
	entry = cJSON_GetArrayItem(settings, cJSON_GetArraySize(settings) - 1);
	cJSON_AddItemToObject(entry, "parts", parts);
}

static void
json_instance(cJSON *array, const struct instance *instance)
{
	const struct module *module = instance->module;
	cJSON *object = json_entry(array, instance->name, &instance->origin);
	cJSON *settings, *wires;
	size_t i;

	cJSON_AddStringToObject(object, "module", module->name);
	if (instance->device_slot >= 0) {
		cJSON_AddStringToObject(object, "bus", module->device.bus);
		cJSON_AddNumberToObject(object, "slot", instance->device_slot);
	}
	wires = cJSON_AddArrayToObject(object, "wires");
	for (i = 0; i < module->requires.count; i++) {
		cJSON *entry = json_entry(wires, module->requires.at[i].slot,
					  &instance->wire_origins[i]);

		if (instance->replaced_wires[i].kind != ORIGIN_NONE)
			cJSON_AddStringToObject(entry, "replaced", origin_show(
					&instance->replaced_wires[i]));
		if (instance->wires[i] != NULL)
			cJSON_AddStringToObject(entry, "provider",
						instance->wires[i]->name);
	}
	settings = cJSON_AddArrayToObject(object, "settings");
	for (i = 0; i < module->settings.count; i++)
		json_setting(settings, instance, i);
}

static void
print_json(const struct build *build)
{
	const struct image *image = &build->image;
	const struct config_option **sorted = option_sorted(build);
	cJSON *top = cJSON_CreateObject(), *object, *array;
	size_t i;

	object = cJSON_AddObjectToObject(top, "image");
	cJSON_AddStringToObject(object, "name", image->name);
	cJSON_AddStringToObject(object, "platform", image->platform->name);
	cJSON_AddRawToObject(object, "memory",
			     arena_printf("%lld",
					  (long long)image->memory_bytes));
	for (i = 0; i < BUDGETS; i++)
		if (image->budgets[i].is_set)
			cJSON_AddRawToObject(object,
				arena_printf("budget_%s", budget_names[i]),
				arena_printf("%lld",
					(long long)image->budgets[i].bytes));
	if (image->layout_seed != NULL)
		cJSON_AddStringToObject(object, "layout_seed",
					text_utf8(image->layout_seed));
	array = cJSON_AddArrayToObject(top, "options");
	for (i = 0; i < build->options.count; i++) {
		const struct config_option *option = sorted[i];

		object = json_entry(array, option->name, &option->origin);
		cJSON_AddStringToObject(object, "type",
					type_name(option->value.type));
		json_values(object, &option->setting, &option->value);
	}
	array = cJSON_AddArrayToObject(top, "instances");
	for (i = 0; i < build->instances.count; i++)
		json_instance(array, build->instances.at[i]);
	answer_print(top);
}

int
command_config(int argc, char **argv)
{
	struct build build = { 0 };
	bool is_json = false;
	enum status status;
	size_t i;
	int at;

	for (at = 1; at < argc; at++) {
		if (text_equal(argv[at], "--json"))
			is_json = true;
		else if (build_option(&build, argc, argv, &at))
			continue;
		else if (argv[at][0] == '-' || argv[at][0] == '\0' ||
			 build.config_path != NULL)
			return usage_unknown(argv[at]);
		else
			build.config_path = argv[at];
	}
	if (build.config_path == NULL)
		return usage_error("which configuration?");
	if (!build_open(&build))
		return (int)diag_flush();
	status = build_until(&build, "resolve");
	if (status != STATUS_OK)
		return (int)status;
	if (is_json) {
		print_json(&build);
		return STATUS_OK;
	}
	print_image(&build.image);
	print_options(&build);
	for (i = 0; i < build.instances.count; i++)
		print_instance(build.instances.at[i]);
	return STATUS_OK;
}
