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

#include "elf_parts.h"
#include "fingerprint.h"
#include "label.h"
#include "manifest_root.h"
#include "option.h"
#include "package.h"
#include "slot.h"
#include "store.h"
#include "toolchain.h"

static void
add_hash(cJSON *object, const char *name, const uint8_t hash[32])
{
	cJSON_AddStringToObject(object, name, host_hex(hash, 32));
}

static cJSON *
add_row(cJSON *array)
{
	cJSON *row = cJSON_CreateObject();

	cJSON_AddItemToArray(array, row);
	return row;
}

static void
add_tree(cJSON *whole, const struct build *build)
{
	cJSON *object = cJSON_AddObjectToObject(whole, "fingerprint");
	const struct tree *tree = build->tree;

	add_hash(object, "instance_root", build->instance_root);
	add_hash(object, "code_root", build->code_root);
	add_hash(object, "values", tree->values);
	add_hash(object, "sources", tree->sources);
	add_hash(object, "toolchain", tree->toolchain);
	add_hash(object, "sealed", tree->sealed);
}

static void
add_segments(cJSON *whole, const struct build *build,
	     const struct elf_image *image)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "segments");
	struct elf_identity identity;
	size_t i;

	elf_identity_get(build->elf, image, &identity);
	for (i = 0; i < image->segments_count; i++) {
		const struct elf_segment *segment = &image->segments[i];
		size_t leaf = segment->is_executable ? 0
			      : segment->is_writable ? 2
						     : 1;
		cJSON *row = add_row(array);

		cJSON_AddStringToObject(row, "name", elf_segment_name(segment));
		cJSON_AddNumberToObject(row, "address",
					(double)segment->address);
		cJSON_AddNumberToObject(row, "memory_bytes",
					(double)segment->memory_bytes);
		cJSON_AddNumberToObject(row, "file_bytes",
					(double)segment->bytes.size);
		add_hash(row, "sha256", identity.leaves[leaf]);
	}
}

/* What every byte of the image's file belongs to. */
static void
add_parts(cJSON *whole, struct bytes file, const struct elf_image *image)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "parts");
	struct elf_parts parts = elf_parts(file, image);
	uint8_t sha256[32];
	size_t i;

	for (i = 0; i < parts.count; i++) {
		const struct elf_part *part = &parts.at[i];
		cJSON *row = add_row(array);

		cJSON_AddStringToObject(row, "name", part->name);
		cJSON_AddNumberToObject(row, "offset", (double)part->offset);
		cJSON_AddNumberToObject(row, "bytes", (double)part->bytes);
		if (text_equal(part->name, elf_part_secrets))
			continue;
		host_sha256((struct bytes){ file.at + part->offset,
					    part->bytes }, sha256);
		add_hash(row, "sha256", sha256);
	}
}

static void
add_image(cJSON *whole, const struct build *build)
{
	struct elf_image image;

	/* Cannot fail: elf_pack has written it. */
	if (elf_read(build->elf, &image) != NULL)
		return;
	add_segments(whole, build, &image);
	add_parts(whole, build->elf, &image);
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

static int
instance_compare(const void *a, const void *b)
{
	const struct instance *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

static void
add_instance(cJSON *array, const struct instance *instance)
{
	const struct module *module = instance->module;
	cJSON *row = add_row(array), *wires, *settings, *setting;
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
		setting = add_row(settings);
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

static void
add_instances(cJSON *whole, const struct build *build)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "instances");
	size_t count = build->instances.count, i;
	struct instance **sorted = arena_alloc(count + 1, sizeof *sorted);

	for (i = 0; i < count; i++)
		sorted[i] = build->instances.at[i];
	qsort(sorted, count, sizeof *sorted, instance_compare);
	for (i = 0; i < count; i++)
		add_instance(array, sorted[i]);
}

static void
add_options(cJSON *whole, const struct build *build)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "options"), *row;
	const struct config_option **sorted = option_sorted(build);
	size_t i;

	for (i = 0; i < build->options.count; i++) {
		row = add_row(array);
		cJSON_AddStringToObject(row, "name", sorted[i]->name);
		cJSON_AddStringToObject(row, "type",
					type_name(sorted[i]->value.type));
		cJSON_AddStringToObject(row, "value", option_show(sorted[i]));
		cJSON_AddStringToObject(row, "origin", sorted[i]->is_given
							       ? "given"
							       : "default");
	}
}

/* What a slot takes, so that a stranger can tell: as module.lua says it. */
static void
add_bounds(cJSON *row, const struct setting *setting)
{
	cJSON *choices;
	size_t i;

	switch (setting->type) {
	case TYPE_INT: case TYPE_SIZE: case TYPE_DURATION: case TYPE_PORT:
		/* As text: a number of JSON need not hold 64 bits. */
		cJSON_AddStringToObject(row, "min", arena_printf("%lld",
						(long long)setting->min));
		cJSON_AddStringToObject(row, "max", arena_printf("%lld",
						(long long)setting->max));
		break;
	case TYPE_TEXT: case TYPE_SECRET:
		cJSON_AddNumberToObject(row, "max_bytes", (double)setting->max);
		break;
	case TYPE_CHOICE:
		choices = cJSON_AddArrayToObject(row, "choices");
		for (i = 0; i < setting->choices_count; i++)
			cJSON_AddItemToArray(choices, cJSON_CreateString(
						setting->choices[i]));
		break;
	default:
		break;
	}
}

/* Of a secret nothing is told that filling it changes. */
static void
add_sealed(cJSON *whole, const struct build *build)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "sealed"), *row;
	struct slots slots = slots_of(build);
	struct elf_image image;
	size_t i;

	if (elf_read(build->elf, &image) != NULL)
		return;
	for (i = 0; i < slots.list.count; i++) {
		const struct slot *slot = &slots.list.at[i];
		const struct setting *setting = slot_setting(slot);

		row = add_row(array);
		cJSON_AddStringToObject(row, "name", slot->name);
		cJSON_AddStringToObject(row, "type", type_name(setting->type));
		add_bounds(row, setting);
		cJSON_AddNumberToObject(row, "offset",
					(double)(image.slots_offset +
						 slot->offset));
		cJSON_AddNumberToObject(row, "bytes", (double)slot->bytes);
		if (slot_is_secret(slot))
			continue;
		if (slot_value(slot)->is_filled)
			cJSON_AddStringToObject(row, "value",
						type_show(setting,
							  slot_value(slot)));
		else
			cJSON_AddNullToObject(row, "value");
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
		row = add_row(array);
		cJSON_AddStringToObject(row, "name", tools[i]->name);
		cJSON_AddStringToObject(row, "version", tools[i]->version);
		add_hash(row, "sha256", tools[i]->sha256);
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
		row = add_row(array);
		cJSON_AddStringToObject(row, "name",
					text_utf8(tree->reads[i]->label));
		add_hash(row, "tokens", store_tokens(tree->reads[i]));
		if (!text_starts(tree->reads[i]->label, "generated/"))
			add_hash(row, "sha256", tree->reads[i]->sha256);
	}
}

static int
input_compare(const void *a, const void *b)
{
	const struct input *first = a, *second = b;

	return strcmp(first->name, second->name);
}

static void
add_inputs(cJSON *whole, const struct build *build)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "inputs"), *row;
	size_t count = build->inputs.count, i;
	struct input *sorted = arena_alloc(count + 1, sizeof *sorted);
	const char *name;

	if (count != 0)
		memcpy(sorted, build->inputs.at, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, input_compare);
	for (i = 0; i < count; i++) {
		if (i != 0 && text_equal(sorted[i].name, sorted[i - 1].name))
			continue;
		row = add_row(array);
		name = sorted[i].name[0] == '/' ? label_of(sorted[i].name)
						: sorted[i].name;
		cJSON_AddStringToObject(row, "name", text_utf8(name));
		add_hash(row, "sha256", sorted[i].sha256);
	}
}

/* Secrets in an image count as zeros. */
static void
hash_output(const struct output *output, uint8_t sha256[32])
{
	struct elf_image image;

	if (text_ends(output->name, ".elf") &&
	    elf_read(output->bytes, &image) == NULL)
		elf_file_hash(output->bytes, &image, sha256);
	else
		host_sha256(output->bytes, sha256);
}

static void
add_files(cJSON *whole, const struct output *outputs, size_t count)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "files"), *row;
	uint8_t sha256[32];
	size_t i;

	for (i = 0; i < count; i++) {
		hash_output(&outputs[i], sha256);
		row = add_row(array);
		cJSON_AddStringToObject(row, "name", outputs[i].name);
		cJSON_AddNumberToObject(row, "bytes",
					(double)outputs[i].bytes.size);
		add_hash(row, "sha256", sha256);
	}
}

struct bytes
manifest_write(const struct build *build, const struct output *outputs,
	       size_t outputs_count)
{
	cJSON *whole = cJSON_CreateObject();
	struct bytes printed;

	cJSON_AddStringToObject(whole, "format", "unicc manifest 1");
	cJSON_AddStringToObject(whole, "unicc", UNICC_VERSION);
	cJSON_AddStringToObject(whole, "name", build->image.name);
	cJSON_AddStringToObject(whole, "platform", build->image.platform->name);
	cJSON_AddNumberToObject(whole, "memory_bytes",
				(double)build->image.memory_bytes);
	cJSON_AddNumberToObject(whole, "image_end", (double)build->image_end);
	add_tree(whole, build);
	add_image(whole, build);
	add_files(whole, outputs, outputs_count);
	add_options(whole, build);
	add_instances(whole, build);
	add_sealed(whole, build);
	add_toolchain(whole, build);
	add_sources(whole, build->tree);
	add_inputs(whole, build);
	manifest_root_set(whole);
	printed = manifest_print(whole);
	cJSON_Delete(whole);
	return printed;
}
