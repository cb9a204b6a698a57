/* SPDX-License-Identifier: ISC */
/*
 * NAME.manifest.json: what an image was made from and consists of.
 *
 * The same build gives the same bytes: everything is sorted, and there is no
 * time, no user, no path of this machine and no line number. Of the C that
 * unicc wrote only the tokens are told: its comments name lines.
 */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "fingerprint.h"
#include "label.h"
#include "manifest_bytes.h"
#include "manifest_image.h"
#include "manifest_root.h"
#include "option.h"
#include "package.h"
#include "store.h"
#include "toolchain.h"

static void
add_tree(cJSON *whole, const struct build *build)
{
	cJSON *object = cJSON_AddObjectToObject(whole, "fingerprint");
	const struct tree *tree = build->tree;

	manifest_put_hash(object, "code_root", build->code_root);
	manifest_put_hash(object, "values", tree->values);
	manifest_put_hash(object, "sources", tree->sources);
	manifest_put_hash(object, "toolchain", tree->toolchain);
	manifest_put_hash(object, "linked", tree->linked);
}

static const char *
origin_word(const struct origin *origin)
{
	switch (origin->kind) {
	case ORIGIN_CONFIG:
		return "configuration";
	case ORIGIN_OPTION: case ORIGIN_OPTION_DEFAULT:
		return arena_printf("option %s", origin->by);
	case ORIGIN_IMPLIED:
		return arena_printf("implied by %s", origin->by);
	case ORIGIN_DEFAULT:
		return "default";
	case ORIGIN_NONE:
		break;
	}
	return "not given";
}

static void
add_instance(cJSON *array, const struct instance *instance)
{
	const struct module *module = instance->module;
	cJSON *row = manifest_add_row(array), *wires, *settings, *setting;
	size_t i;

	cJSON_AddStringToObject(row, "name", instance->name);
	cJSON_AddStringToObject(row, "module", module->name);
	cJSON_AddStringToObject(row, "origin", origin_word(&instance->origin));
	if (instance->device_slot >= 0)
		cJSON_AddNumberToObject(row, "device_slot",
					instance->device_slot);
	wires = cJSON_AddObjectToObject(row, "wires");
	for (i = 0; i < module->requires.count; i++)
		if (instance->wires[i] != NULL)
			cJSON_AddStringToObject(wires,
						module->requires.at[i].slot,
						instance->wires[i]->name);
	settings = cJSON_AddArrayToObject(row, "settings");
	for (i = 0; i < module->settings.count; i++) {
		if (instance->origins[i].kind == ORIGIN_NONE)
			continue;
		setting = manifest_add_row(settings);
		cJSON_AddStringToObject(setting, "name",
					module->settings.at[i].name);
		cJSON_AddStringToObject(setting, "value",
					instance->values[i].is_sealed
						? "sealed"
						: type_show(&module->settings.at[i],
							    &instance->values[i]));
		cJSON_AddStringToObject(setting, "origin",
					origin_word(&instance->origins[i]));
	}
}

/* In the order in which they start, which is the same for every build. */
static void
add_instances(cJSON *whole, const struct build *build)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "instances");
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		add_instance(array, build->instances.at[i]);
}

static void
add_options(cJSON *whole, const struct build *build)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "options"), *row;
	const struct config_option **sorted = option_sorted(build);
	size_t i;

	for (i = 0; i < build->options.count; i++) {
		row = manifest_add_row(array);
		cJSON_AddStringToObject(row, "name", sorted[i]->name);
		cJSON_AddStringToObject(row, "type",
					type_name(sorted[i]->value.type));
		cJSON_AddStringToObject(row, "value", option_show(sorted[i]));
		cJSON_AddStringToObject(row, "origin", sorted[i]->is_given
							       ? "given"
							       : "default");
	}
}

static void
add_toolchain(cJSON *whole, const struct build *build)
{
	const struct tool *tools[] = { &toolchain_clang, &toolchain_linker };
	cJSON *array = cJSON_AddArrayToObject(whole, "toolchain"), *row;
	cJSON *flags;
	size_t i;

	for (i = 0; i < countof(tools); i++) {
		row = manifest_add_row(array);
		cJSON_AddStringToObject(row, "name", tools[i]->name);
		cJSON_AddStringToObject(row, "version", tools[i]->version);
		manifest_put_hash(row, "sha256", tools[i]->sha256);
	}
	flags = cJSON_AddArrayToObject(whole, "compiler_flags");
	for (i = 0; i < build->catalogue->cflags_count; i++)
		cJSON_AddItemToArray(flags, cJSON_CreateString(
						build->catalogue->cflags[i]));
}

static void
add_sources(cJSON *whole, const struct tree *tree)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "sources"), *row;
	size_t i;

	for (i = 0; i < tree->reads_count; i++) {
		row = manifest_add_row(array);
		cJSON_AddStringToObject(row, "name",
					text_utf8(tree->reads[i]->label));
		manifest_put_hash(row, "tokens", store_tokens(tree->reads[i]));
		if (!text_starts(tree->reads[i]->label, "generated/"))
			manifest_put_hash(row, "sha256", tree->reads[i]->sha256);
	}
}

static int
input_compare(const void *a, const void *b)
{
	const struct input *first = a, *second = b;

	return strcmp(first->name, second->name);
}

struct input *
manifest_inputs(const struct build *build, size_t *count)
{
	struct input *told = arena_alloc(build->inputs.count + 1, sizeof *told);
	size_t i, kept = 0;

	if (build->inputs.count != 0)
		memcpy(told, build->inputs.at,
		       build->inputs.count * sizeof *told);
	qsort(told, build->inputs.count, sizeof *told, input_compare);
	for (i = 0; i < build->inputs.count; i++)
		if (i == 0 || !text_equal(told[i].name, told[kept - 1].name))
			told[kept++] = told[i];
	for (i = 0; i < kept; i++)
		told[i].name = text_utf8(told[i].name[0] == '/'
						 ? label_of(told[i].name)
						 : told[i].name);
	*count = kept;
	return told;
}

static void
add_inputs(cJSON *whole, const struct build *build)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "inputs"), *row;
	const struct input *inputs;
	size_t count, i;

	inputs = manifest_inputs(build, &count);
	for (i = 0; i < count; i++) {
		row = manifest_add_row(array);
		cJSON_AddStringToObject(row, "name", inputs[i].name);
		manifest_put_hash(row, "sha256", inputs[i].sha256);
	}
}

struct bytes
manifest_write(const struct build *build, const struct output *outputs,
	       size_t outputs_count)
{
	cJSON *whole = cJSON_CreateObject();
	struct slots slots = slots_of(build);
	struct bytes printed;

	cJSON_AddStringToObject(whole, "format", manifest_format);
	cJSON_AddStringToObject(whole, "unicc", UNICC_VERSION);
	cJSON_AddStringToObject(whole, "name", build->image.name);
	cJSON_AddStringToObject(whole, "platform", build->image.platform->name);
	cJSON_AddNumberToObject(whole, "memory_bytes",
				(double)build->image.memory_bytes);
	if (build->image.layout_seed != NULL)
		cJSON_AddStringToObject(whole, "layout_seed",
					text_utf8(build->image.layout_seed));
	cJSON_AddNumberToObject(whole, "image_end", (double)build->image_end);
	add_tree(whole, build);
	manifest_put_image(whole, build->elf, &slots);
	manifest_put_files(whole, outputs, outputs_count);
	add_options(whole, build);
	add_instances(whole, build);
	add_toolchain(whole, build);
	add_sources(whole, build->tree);
	add_inputs(whole, build);
	manifest_root_set(whole);
	printed = manifest_print(whole);
	cJSON_Delete(whole);
	return printed;
}
