/* SPDX-License-Identifier: ISC */
/*
 * What a manifest says of sealed values, against the image's slots. Only their
 * types are needed for that, which the rows tell, and no catalogue.
 */
#include <stdlib.h>
#include <string.h>

#include "slot.h"
#include "type.h"
#include "verify.h"

enum { PART_SIZE_BYTES = 4, CHOICES_MAX = 65536 };

static bool
read_number(const cJSON *row, const char *key, int64_t *number)
{
	const char *text = manifest_text(row, key);
	char *end;

	*number = strtoll(text, &end, 10);
	return text[0] != '\0' && *end == '\0';
}

static bool
read_choices(const cJSON *row, struct setting *setting)
{
	const cJSON *choices = cJSON_GetObjectItemCaseSensitive(row, "choices");
	int count = cJSON_GetArraySize(choices);
	const cJSON *choice;

	if (count == 0 || count > CHOICES_MAX)
		return false;
	setting->choices = arena_alloc((size_t)count, sizeof(char *));
	cJSON_ArrayForEach(choice, choices) {
		const char *name = cJSON_GetStringValue(choice);

		if (name == NULL)
			return false;
		setting->choices[setting->choices_count++] = arena_copy(name);
	}
	return true;
}

/* As manifest_image.c writes it. */
static bool
read_setting(const cJSON *row, struct setting *setting)
{
	uint64_t max;

	*setting = (struct setting){
		.type = type_by_name(manifest_text(row, "type")) };
	switch (setting->type) {
	case TYPE_INT: case TYPE_SIZE: case TYPE_DURATION: case TYPE_PORT:
		return read_number(row, "min", &setting->min) &&
		       read_number(row, "max", &setting->max);
	case TYPE_TEXT: case TYPE_SECRET:
		if (!manifest_number(row, "max_bytes", &max) ||
		    max > SLOT_TEXT_BYTES_MAX)
			return false;
		setting->max = (int64_t)max;
		return true;
	case TYPE_CHOICE:
		return read_choices(row, setting);
	case TYPE_FLAG: case TYPE_IPV4: case TYPE_IPV6: case TYPE_CIDR:
	case TYPE_MAC:
		return true;
	default:
		return false;
	}
}

/* Is what the row says of the value what the slot holds? */
static bool
is_value(const cJSON *row, const struct setting *setting, const uint8_t *at)
{
	const cJSON *says = cJSON_GetObjectItemCaseSensitive(row, "value");
	struct value value;

	if (setting->type == TYPE_SECRET)
		return says == NULL;
	if (!slot_read(setting, at, &value))
		return false;
	return value.is_filled
		       ? text_equal(manifest_text(row, "value"),
				    type_show(setting, &value))
		       : cJSON_IsNull(says);
}

/* The slot that lies at *offset of the file, which moves behind it. */
static bool
check_slot(const struct verification *verification,
	   const struct elf_image *image, const cJSON *row, size_t *offset)
{
	size_t end = image->slots_offset + image->slots.size;
	uint64_t says_offset, says_bytes;
	struct setting setting;
	bool is_secret;
	size_t bytes;

	if (!read_setting(row, &setting))
		return false;
	bytes = slot_bytes(&setting);
	is_secret = setting.type == TYPE_SECRET;
	if (bytes > end - *offset ||
	    !manifest_number(row, "offset", &says_offset) ||
	    !manifest_number(row, "bytes", &says_bytes) ||
	    says_offset != *offset || says_bytes != bytes ||
	    is_secret != (*offset >= image->secrets_offset) ||
	    !is_value(row, &setting, verification->image.at + *offset))
		return false;
	*offset += bytes;
	return true;
}

void
verify_sealed(const struct verification *verification)
{
	const struct manifest *manifest = &verification->manifest;
	size_t offset, before = diag_count();
	struct elf_image image;
	const cJSON *row;

	if (manifest->root == NULL ||
	    elf_read(verification->image, &image) != NULL)
		return;
	offset = image.slots_offset;
	if (image.slots.size != 0)
		offset += PART_SIZE_BYTES;
	cJSON_ArrayForEach(row, manifest_field(manifest, "sealed")) {
		if (check_slot(verification, &image, row, &offset))
			continue;
		diag(E0608, (struct where){ manifest->path, 0, 0 }, "sealed",
		     "what it says of %s is not what the image holds",
		     text_utf8(manifest_text(row, "name")));
		return;
	}
	if (diag_count() == before &&
	    offset != image.slots_offset + image.slots.size)
		diag(E0608, (struct where){ manifest->path, 0, 0 }, "sealed",
		     "the image has more of them");
}
