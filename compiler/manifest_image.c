/* SPDX-License-Identifier: ISC */
/*
 * What a manifest says of the bytes of an image and of the files beside it: the
 * same for a build and for what `unicc seal` makes of one.
 */
#include "manifest_image.h"

#include <string.h>

#include "audit_lines.h"
#include "elf_image.h"
#include "manifest_bytes.h"
#include "slot.h"
#include "type.h"

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
put_sealed(cJSON *whole, const struct elf_image *image,
	   const struct slots *slots)
{
	cJSON *array = manifest_put(whole, "sealed", cJSON_CreateArray()), *row;
	size_t i;

	for (i = 0; i < slots->list.count; i++) {
		const struct slot *slot = &slots->list.at[i];
		const struct setting *setting = slot_setting(slot);

		row = manifest_add_row(array);
		cJSON_AddStringToObject(row, "name", slot->name);
		cJSON_AddStringToObject(row, "type", type_name(setting->type));
		add_bounds(row, setting);
		cJSON_AddNumberToObject(row, "offset",
					(double)(image->slots_offset +
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

void
manifest_put_image(cJSON *whole, struct bytes file, const struct slots *slots)
{
	struct elf_image image;

	/* Cannot fail: elf_pack has written it. */
	if (elf_read(file, &image) != NULL)
		return;
	manifest_put_bytes(whole, file, &image);
	put_sealed(whole, &image, slots);
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

void
manifest_put_name(cJSON *row, const char *name)
{
	manifest_put(row, "name", cJSON_CreateString(name));
}

void
manifest_put_file(cJSON *row, const struct output *output)
{
	uint8_t sha256[32];

	manifest_put_name(row, output->name);
	if (text_equal(output->name, audit_file)) {
		/* Cannot fail: the build has written it. */
		audit_hash(output->bytes, sha256);
		manifest_put_hash(row, audit_hash_field, sha256);
		return;
	}
	hash_output(output, sha256);
	manifest_put(row, "bytes", cJSON_CreateNumber((double)output->bytes.size));
	manifest_put_hash(row, "sha256", sha256);
}

void
manifest_put_files(cJSON *whole, const struct output *outputs, size_t count)
{
	cJSON *array = manifest_put(whole, "files", cJSON_CreateArray());
	size_t i;

	for (i = 0; i < count; i++)
		manifest_put_file(manifest_add_row(array), &outputs[i]);
}
