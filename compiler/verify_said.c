/* SPDX-License-Identifier: ISC */
/*
 * What a manifest says of the image, against the image: its segments and parts,
 * its file, its name, and the devices of its contract. A root covers lies as well
 * as anything else.
 */
#include <string.h>

#include "built.h"
#include "identity.h"
#include "manifest_bytes.h"
#include "verify.h"

enum { CONTRACT_NOTE = 2 };	/* unicc/note.h */

static void
contradict(const struct verification *verification, const char *field,
	   const char *why)
{
	diag(E0608, (struct where){ verification->manifest.path, 0, 0 }, field,
	     "%s", why);
}

static const char no_truth[] = "it is not what the image says";

/* ---- Its bytes ------------------------------------------------------------- */

static void
check_bytes(const struct verification *verification,
	    const struct elf_image *image)
{
	static const char *const names[] = { "fingerprint", "segments", "parts" };
	const cJSON *says = manifest_field(&verification->manifest,
					   "fingerprint");
	cJSON *is = cJSON_CreateObject();
	uint8_t linked[ELF_HASH_BYTES];
	size_t i;

	cJSON_AddItemToObject(is, names[0], cJSON_Duplicate(says, true));
	manifest_put_bytes(is, verification->image, image);
	identity_linked(verification->image, image, linked);
	manifest_put_hash(is->child, "linked", linked);
	for (i = 0; i < countof(names); i++) {
		says = manifest_field(&verification->manifest, names[i]);
		if (says != NULL &&
		    !cJSON_Compare(cJSON_GetObjectItemCaseSensitive(is,
								    names[i]),
				   says, true))
			contradict(verification, names[i], no_truth);
	}
	cJSON_Delete(is);
}

/* The row of files that is about the image. */
static void
check_file(const struct verification *verification,
	   const struct elf_image *image, const cJSON *row)
{
	uint8_t sha256[ELF_HASH_BYTES];
	uint64_t bytes;

	elf_file_hash(verification->image, image, sha256);
	if (!text_equal(manifest_text(row, "sha256"),
			host_hex(sha256, sizeof sha256)) ||
	    !manifest_number(row, "bytes", &bytes) ||
	    bytes != verification->image.size)
		contradict(verification, "files",
			   arena_printf("what it says of %s is not so",
					text_utf8(manifest_text(row, "name"))));
}

/* ---- Its name -------------------------------------------------------------- */

static void
check_name(const struct verification *verification,
	   const struct elf_image *image)
{
	const struct manifest *manifest = &verification->manifest;
	const char *name = arena_printf("%s.elf", manifest_text(manifest->whole,
								"name"));
	const char *is = built_name(verification->image_path);
	const cJSON *row;

	if (!text_equal(name, is)) {
		contradict(verification, "name",
			   arena_printf("it is about %s, and the image here is "
					"%s", text_utf8(name), is));
		diag_fix("give its files their names again; under another "
			 "one unicc seal --name makes it");
		return;
	}
	cJSON_ArrayForEach(row, manifest_field(manifest, "files"))
		if (text_equal(manifest_text(row, "name"), name))
			break;
	if (row == NULL)
		contradict(verification, "files",
			   arena_printf("%s is missing", name));
	else
		check_file(verification, image, row);
}

/* ---- Its contract ---------------------------------------------------------- */

/* "nic virtio_net virtio_mmio 0\n" is the device that this row is of; *contract
 * moves behind it. */
static bool
take_device(const char **contract, const cJSON *row, uint64_t slot)
{
	const char *start = arena_printf("%s %s ", manifest_text(row, "name"),
					 manifest_text(row, "module"));
	const char *end = arena_printf(" %llu", (unsigned long long)slot);
	const char *line = arena_copy_n(*contract, strcspn(*contract, "\n"));

	*contract += strlen(line) + ((*contract)[strlen(line)] != '\0');
	return text_starts(line, start) && text_ends(line, end) &&
	       strlen(line) > strlen(start) + strlen(end);
}

static void
check_contract(const struct verification *verification,
	       const struct elf_image *image)
{
	struct bytes note = elf_note(image, CONTRACT_NOTE);
	const char *contract = "";
	const cJSON *row;
	uint64_t slot;

	if (note.at != NULL)
		contract = arena_copy_n((const char *)note.at, note.size);
	cJSON_ArrayForEach(row, manifest_field(&verification->manifest,
					       "instances")) {
		if (!manifest_number(row, "device_slot", &slot))
			continue;
		if (!take_device(&contract, row, slot)) {
			contradict(verification, "instances",
				   "its devices are not those of the image's "
				   "contract");
			return;
		}
	}
	if (contract[0] != '\0')
		contradict(verification, "instances",
			   "it lacks devices of the image's contract");
}

void
verify_said(const struct verification *verification,
	    const struct elf_image *image)
{
	check_bytes(verification, image);
	check_name(verification, image);
	check_contract(verification, image);
}
