/* SPDX-License-Identifier: ISC */
/* What lies beside an image: see beside.h. */
#include "beside.h"

#include "audit_lines.h"
#include "built.h"
#include "identity.h"
#include "unicc.h"

static bool
refuse(const char *path, const char *why, const char *fix)
{
	diag(E0902, (struct where){ path, 0, 0 }, NULL, "%s", why);
	diag_fix("%s", fix);
	return false;
}

static bool
cannot_read(const char *path)
{
	return refuse(path, host_read_error(),
		      "keep the files of a build together, or build it again");
}

bool
beside_manifest(const char *image_path, struct bytes file,
		const struct elf_image *image, struct manifest *manifest)
{
	const char *path = built_beside(image_path, ".manifest.json");
	size_t before = diag_count();
	struct elf_identity identity;
	struct bytes bytes;
	const cJSON *tree;

	if (!host_read(path, &bytes))
		return cannot_read(path);
	if (!manifest_open(path, bytes, manifest) || diag_count() != before)
		return false;
	elf_identity_get(file, image, &identity);
	tree = manifest_field(manifest, "fingerprint");
	if (identity_differs(file, image) == NULL &&
	    text_equal(manifest_text(tree, "instance_root"),
		       host_hex(identity.instance_root, ELF_HASH_BYTES)))
		return true;
	return refuse(path,
		      arena_printf("it is not of these bytes: %s was changed, "
				   "or is of another build", image_path),
		      "ask unicc verify what was changed");
}

static bool
is_of_row(const cJSON *row, struct bytes bytes)
{
	const char *field = "sha256";
	uint8_t sha256[32];

	if (text_equal(manifest_text(row, "name"), audit_file)) {
		field = audit_hash_field;
		if (!audit_hash(bytes, sha256))
			return false;
	} else {
		host_sha256(bytes, sha256);
	}
	return text_equal(manifest_text(row, field),
			  host_hex(sha256, sizeof sha256));
}

bool
beside_read(const struct manifest *manifest, const char *ending,
	    const char *path, struct bytes *bytes)
{
	const char *why = "the manifest beside it names no such file";
	const cJSON *row;

	if (!host_read(path, bytes))
		return cannot_read(path);
	cJSON_ArrayForEach(row, manifest_field(manifest, "files")) {
		if (!text_ends(manifest_text(row, "name"), ending))
			continue;
		if (is_of_row(row, *bytes))
			return true;
		why = "it is not the one that the manifest beside it was made "
		      "with";
	}
	return refuse(path, why, "take it from where the image came, or build "
				 "the image again");
}
