/* SPDX-License-Identifier: ISC */
/* What differs between the slots of two images: see diff_sealed.h. */
#include "diff_sealed.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "unicc.h"
#include "verify.h"

static const cJSON *
find_row(const cJSON *rows, const char *name)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, rows)
		if (text_equal(manifest_text(row, "name"), name))
			return row;
	return NULL;
}

/* The slot's bytes; at NULL: the manifest is not this image's. */
static struct bytes
slot_bytes(const struct audit *audit, const cJSON *row)
{
	struct bytes none = { NULL, 0 };
	uint64_t offset, bytes;

	if (!manifest_number(row, "offset", &offset) ||
	    !manifest_number(row, "bytes", &bytes) ||
	    offset > audit->file.size || bytes > audit->file.size - offset)
		return none;
	return (struct bytes){ audit->file.at + offset, (size_t)bytes };
}

static const char *
shown(const cJSON *row)
{
	const char *value = manifest_text(row, "value");

	return value[0] == '\0' ? NULL : arena_copy(text_utf8(value));
}

static void
compare_row(struct sealed_changes *changes, const struct audit *before,
	    const cJSON *row, const struct audit *after, const cJSON *other)
{
	struct bytes was = slot_bytes(before, row);
	struct bytes is = slot_bytes(after, other);
	struct sealed_change *change;

	if (is.at == NULL || was.at == NULL ||
	    (is.size == was.size && memcmp(is.at, was.at, is.size) == 0))
		return;
	change = list_add(changes);
	change->name = arena_copy(text_utf8(manifest_text(row, "name")));
	change->is_secret = text_equal(manifest_text(row, "type"), "secret");
	if (change->is_secret)
		return;
	change->before = shown(row);
	change->after = shown(other);
}

/* The image with empty slots, and without the identity made of them. */
static struct bytes
code_of(const struct audit *audit)
{
	struct bytes file = elf_without_slots(audit->file, &audit->image);
	struct elf_identity none = { 0 };
	uint8_t *copy = arena_alloc(file.size, 1);

	memcpy(copy, file.at, file.size);
	elf_identity_set(copy, &audit->image, &none);
	return (struct bytes){ copy, file.size };
}

static void
compare_rows(struct sealed_changes *changes, const struct audit *before,
	     const cJSON *manifest, const struct audit *after,
	     const cJSON *other_manifest)
{
	const cJSON *rows, *row, *other;

	rows = cJSON_GetObjectItemCaseSensitive(other_manifest, "sealed");
	cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(manifest,
								 "sealed")) {
		other = find_row(rows, manifest_text(row, "name"));
		if (other != NULL)
			compare_row(changes, before, row, after, other);
	}
}

struct sealed_changes
diff_sealed(const struct audit *before, const struct audit *after)
{
	struct sealed_changes changes = { 0 };
	struct bytes a = code_of(before), b = code_of(after);
	struct verification first, second;

	if (before->image.slots.size == 0 || after->image.slots.size == 0 ||
	    !verify_files(before->path, &first) ||
	    !verify_files(after->path, &second) || diag_count() != 0)
		return changes;
	if (first.has_manifest && second.has_manifest)
		compare_rows(&changes, before, first.manifest.whole, after,
			     second.manifest.whole);
	changes.is_all = changes.count != 0 && a.size == b.size &&
			 memcmp(a.at, b.at, a.size) == 0;
	return changes;
}
