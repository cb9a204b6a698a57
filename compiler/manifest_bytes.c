/* SPDX-License-Identifier: ISC */
/*
 * What a manifest says of the bytes of an image, and no more: a build says it,
 * `unicc seal` says it anew, and a verifier says it again to compare.
 */
#include "manifest_bytes.h"

#include "elf_parts.h"
#include "unicc.h"

cJSON *
manifest_put(cJSON *whole, const char *name, cJSON *value)
{
	if (cJSON_GetObjectItemCaseSensitive(whole, name) == NULL)
		cJSON_AddItemToObject(whole, name, value);
	else
		cJSON_ReplaceItemInObjectCaseSensitive(whole, name, value);
	return value;
}

void
manifest_put_hash(cJSON *object, const char *name, const uint8_t hash[32])
{
	manifest_put(object, name, cJSON_CreateString(host_hex(hash, 32)));
}

cJSON *
manifest_add_row(cJSON *array)
{
	cJSON *row = cJSON_CreateObject();

	cJSON_AddItemToArray(array, row);
	return row;
}

static void
put_fingerprint(cJSON *whole, const struct elf_image *image,
		const struct elf_identity *identity)
{
	cJSON *tree = cJSON_GetObjectItemCaseSensitive(whole, "fingerprint");
	uint8_t sealed[32];

	elf_sealed_leaf(image, sealed);
	manifest_put_hash(tree, "instance_root", identity->instance_root);
	manifest_put_hash(tree, "sealed", sealed);
}

static void
put_segments(cJSON *whole, const struct elf_image *image,
	     const struct elf_identity *identity)
{
	cJSON *array = manifest_put(whole, "segments", cJSON_CreateArray());
	size_t i;

	for (i = 0; i < image->segments_count; i++) {
		const struct elf_segment *segment = &image->segments[i];
		size_t leaf = segment->is_executable ? 0
			      : segment->is_writable ? 2
						     : 1;
		cJSON *row = manifest_add_row(array);

		cJSON_AddStringToObject(row, "name", elf_segment_name(segment));
		cJSON_AddNumberToObject(row, "address",
					(double)segment->address);
		cJSON_AddNumberToObject(row, "memory_bytes",
					(double)segment->memory_bytes);
		cJSON_AddNumberToObject(row, "file_bytes",
					(double)segment->bytes.size);
		manifest_put_hash(row, "sha256", identity->leaves[leaf]);
	}
}

/* What every byte of the image's file belongs to. */
static void
put_parts(cJSON *whole, struct bytes file, const struct elf_image *image)
{
	cJSON *array = manifest_put(whole, "parts", cJSON_CreateArray());
	struct elf_parts parts = elf_parts(file, image);
	uint8_t sha256[32];
	size_t i;

	for (i = 0; i < parts.count; i++) {
		const struct elf_part *part = &parts.at[i];
		cJSON *row = manifest_add_row(array);

		cJSON_AddStringToObject(row, "name", part->name);
		cJSON_AddNumberToObject(row, "offset", (double)part->offset);
		cJSON_AddNumberToObject(row, "bytes", (double)part->bytes);
		if (text_equal(part->name, elf_part_secrets))
			continue;
		host_sha256((struct bytes){ file.at + part->offset,
					    part->bytes }, sha256);
		manifest_put_hash(row, "sha256", sha256);
	}
}

void
manifest_put_bytes(cJSON *whole, struct bytes file,
		   const struct elf_image *image)
{
	struct elf_identity identity;

	elf_identity_get(file, image, &identity);
	put_fingerprint(whole, image, &identity);
	put_segments(whole, image, &identity);
	put_parts(whole, file, image);
}
