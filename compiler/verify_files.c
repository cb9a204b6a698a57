/* SPDX-License-Identifier: ISC */
/* An image against its identity note and its manifest; see verify.h. */
#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_lines.h"
#include "built.h"
#include "elf_parts.h"
#include "identity.h"
#include "verify.h"

enum { FILES_MAX = 64 };	/* beside an image */

static const char *
hex_of(struct bytes bytes)
{
	uint8_t sha256[32];

	host_sha256(bytes, sha256);
	return host_hex(sha256, sizeof sha256);
}

static void
add_row(struct verification *verification, const char *file, const char *part,
	enum part_state state)
{
	*list_add(&verification->rows) =
		(struct verify_row){ file, part, state };
}

static void
change(struct verification *verification, const char *path, const char *part,
       const char *why)
{
	add_row(verification, built_name(path), part, PART_CHANGED);
	diag(E0607, (struct where){ path, 0, 0 }, part, "%s", why);
}

static const cJSON *
field_of(const struct verification *verification, const char *name)
{
	if (!verification->has_manifest ||
	    verification->manifest.whole == NULL)
		return NULL;
	return manifest_field(&verification->manifest, name);
}

/* ---- The image's parts ----------------------------------------------------- */

static void
check_part(struct verification *verification, const cJSON *row, size_t *end)
{
	const char *path = verification->image_path;
	const char *name = arena_copy(manifest_text(row, "name"));
	struct bytes part = verification->image;
	uint64_t offset = 0, bytes = 0;

	if (!manifest_number(row, "offset", &offset) ||
	    !manifest_number(row, "bytes", &bytes) || offset != *end) {
		diag(E0608, (struct where){ verification->manifest.path, 0, 0 },
		     "parts", "they do not follow one another");
		return;
	}
	*end = (size_t)(offset + bytes);
	if (*end > part.size) {
		change(verification, path, name, "it is cut short");
		return;
	}
	part = (struct bytes){ part.at + offset, (size_t)bytes };
	if (text_equal(name, elf_part_secrets) &&
	    cJSON_GetObjectItemCaseSensitive(row, "sha256") == NULL)
		add_row(verification, built_name(path), name, PART_SECRET);
	else if (text_equal(hex_of(part), manifest_text(row, "sha256")))
		add_row(verification, built_name(path), name, PART_INTACT);
	else
		change(verification, path, name,
		       arena_printf("its %llu bytes at offset %llu are not "
				    "those that were built",
				    (unsigned long long)bytes,
				    (unsigned long long)offset));
}

static void
check_parts(struct verification *verification, const cJSON *rows)
{
	const cJSON *row;
	size_t end = 0;

	cJSON_ArrayForEach(row, rows) {
		check_part(verification, row, &end);
	}
	if (end < verification->image.size)
		change(verification, verification->image_path, "end",
		       arena_printf("bytes behind the last part: %zu",
				    verification->image.size - end));
}

/* ---- The image against itself ---------------------------------------------- */

/* Is this header the only way to describe these segments? */
static bool
is_packed(struct bytes file, const struct elf_image *image)
{
	struct bytes packed = elf_pack(image);

	return packed.size == file.size &&
	       memcmp(packed.at, file.at, file.size) == 0;
}

static void
check_leaves(struct verification *verification, const struct elf_image *image)
{
	static const char *const names[ELF_LEAVES] = {
		"text", "constants", "data",
	};
	const char *path = verification->image_path;
	uint8_t leaves[ELF_LEAVES][ELF_HASH_BYTES];
	size_t i;

	elf_leaves(verification->image, image, leaves);
	for (i = 0; i < ELF_LEAVES; i++)
		if (memcmp(leaves[i], verification->identity.leaves[i],
			   ELF_HASH_BYTES) != 0)
			change(verification, path, names[i],
			       "its bytes are not those the identity note was "
			       "made for");
		else if (!verification->has_manifest)
			add_row(verification, built_name(path), names[i],
				PART_INTACT);
	if (!is_packed(verification->image, image))
		change(verification, path, "header",
		       "it is not as unicc writes it");
	else if (!verification->has_manifest)
		add_row(verification, built_name(path), "header", PART_INTACT);
}

/* The note's own roots: one is made of the other and the sealed values. */
static void
check_note(struct verification *verification, const struct elf_image *image)
{
	const struct elf_identity *identity = &verification->identity;
	uint8_t sealed[ELF_HASH_BYTES], root[ELF_HASH_BYTES];

	elf_sealed_leaf(image, sealed);
	identity_instance_root(identity->code_root, sealed, root);
	if (memcmp(root, identity->instance_root, ELF_HASH_BYTES) != 0)
		change(verification, verification->image_path, "identity note",
		       "its instance root is not that of its code root and "
		       "the sealed values");
}

/* The roots that the note and the manifest tell are the same. */
static void
check_roots(struct verification *verification)
{
	const struct elf_identity *identity = &verification->identity;
	const cJSON *tree = field_of(verification, "fingerprint");

	if (tree == NULL)
		return;
	if (!text_equal(manifest_text(tree, "code_root"),
			host_hex(identity->code_root, ELF_HASH_BYTES)))
		change(verification, verification->image_path, "identity note",
		       "its code root is not the manifest's");
	if (!text_equal(manifest_text(tree, "instance_root"),
			host_hex(identity->instance_root, ELF_HASH_BYTES)))
		change(verification, verification->image_path, "identity note",
		       "its instance root is not the manifest's");
}

static void
check_itself(struct verification *verification)
{
	struct elf_image image;
	const char *wrong = elf_read(verification->image, &image);

	if (wrong != NULL) {
		diag(E0606, (struct where){ verification->image_path, 0, 0 },
		     NULL, "%s", wrong);
		return;
	}
	verification->has_identity = true;
	elf_identity_get(verification->image, &image, &verification->identity);
	check_leaves(verification, &image);
	check_note(verification, &image);
	check_roots(verification);
	if (verification->manifest.root != NULL)
		verify_said(verification, &image);
}

/* ---- The files beside it --------------------------------------------------- */

static const char not_built[] = "its bytes are not those that were built";

static bool
is_audit(struct bytes json, const char *hex)
{
	uint8_t sha256[32];

	return audit_hash(json, sha256) &&
	       text_equal(host_hex(sha256, sizeof sha256), hex);
}

static void
check_file(struct verification *verification, const cJSON *row)
{
	const char *name = arena_copy(manifest_text(row, "name")), *path;
	struct bytes bytes;
	uint64_t size;

	if (!built_is_plain_name(name)) {
		diag(E0608, (struct where){ verification->manifest.path, 0, 0 },
		     "files", "%s is no name of a file beside it",
		     text_utf8(name));
		return;
	}
	path = host_join(host_folder_of(verification->image_path), name);
	if (!host_read(path, &bytes)) {
		if (errno == ENOENT)
			add_row(verification, name, NULL, PART_ABSENT);
		else
			change(verification, path, NULL, host_read_error());
		return;
	}
	if (text_equal(name, audit_file)) {
		if (is_audit(bytes, manifest_text(row, audit_hash_field)))
			add_row(verification, name, NULL, PART_BUT_LINES);
		else
			change(verification, path, NULL, not_built);
	} else if (!text_equal(hex_of(bytes), manifest_text(row, "sha256"))) {
		change(verification, path, NULL, not_built);
	} else if (!manifest_number(row, "bytes", &size) ||
		   size != bytes.size) {
		diag(E0608, (struct where){ verification->manifest.path, 0, 0 },
		     "files", "what it says of the size of %s is not so",
		     text_utf8(name));
	} else {
		add_row(verification, name, NULL, PART_INTACT);
	}
}

/* The image itself was looked at part by part. */
static void
check_files(struct verification *verification)
{
	const cJSON *rows = field_of(verification, "files"), *row;

	if (cJSON_GetArraySize(rows) > FILES_MAX) {
		diag(E0608, (struct where){ verification->manifest.path, 0, 0 },
		     "files", "they are more than any image has");
		return;
	}
	cJSON_ArrayForEach(row, rows)
		if (!text_equal(manifest_text(row, "name"),
				built_name(verification->image_path)))
			check_file(verification, row);
}

/* ---- The manifest against itself ------------------------------------------- */

static void
contradict(const struct verification *verification, const char *field,
	   const char *why)
{
	diag(E0608, (struct where){ verification->manifest.path, 0, 0 }, field,
	     "%s", why);
}

static void
check_sources(const struct verification *verification, const cJSON *tree)
{
	const cJSON *rows = field_of(verification, "sources"), *row;
	struct buffer lines = { 0 };

	if (rows == NULL)
		return;
	cJSON_ArrayForEach(row, rows) {
		identity_add_source(&lines, manifest_text(row, "tokens"),
				    manifest_text(row, "name"));
	}
	if (!text_equal(hex_of((struct bytes){ (const uint8_t *)lines.at,
					       lines.size }),
			manifest_text(tree, "sources")))
		contradict(verification, "fingerprint.sources",
			   "it is not the hash of the sources");
	free(lines.at);
}

/* The tree's leaves give its roots: see fingerprint.h. */
static void
check_tree(const struct verification *verification)
{
	const cJSON *tree = field_of(verification, "fingerprint");
	uint8_t code[ELF_HASH_BYTES], sealed[ELF_HASH_BYTES];
	uint8_t root[ELF_HASH_BYTES];
	struct identity_leaves leaves;

	if (tree == NULL)
		return;
	check_sources(verification, tree);
	leaves = (struct identity_leaves){
		manifest_text(tree, "values"), manifest_text(tree, "sources"),
		manifest_text(tree, "toolchain"), manifest_text(tree, "linked"),
	};
	identity_code_root(&leaves, root);
	if (!text_equal(manifest_text(tree, "code_root"),
			host_hex(root, sizeof root)))
		contradict(verification, "fingerprint.code_root",
			   "it is not the root of its leaves");
	if (text_hex(manifest_text(tree, "code_root"), code, sizeof code) &&
	    text_hex(manifest_text(tree, "sealed"), sealed, sizeof sealed)) {
		identity_instance_root(code, sealed, root);
		if (text_equal(manifest_text(tree, "instance_root"),
			       host_hex(root, sizeof root)))
			return;
	}
	contradict(verification, "fingerprint.instance_root",
		   "it is not the root of code and sealed values");
}

/* ---- All of it ------------------------------------------------------------- */

static void
read_manifest(struct verification *verification)
{
	const char *path = built_beside(verification->image_path,
					".manifest.json");
	struct bytes bytes;

	if (host_read(path, &bytes)) {
		verification->has_manifest = true;
		manifest_open(path, bytes, &verification->manifest);
	} else if (errno != ENOENT) {
		verification->has_manifest = true;
		verification->manifest.path = path;
		diag(E0608, (struct where){ path, 0, 0 }, NULL, "%s",
		     host_read_error());
	}
}

bool
verify_files(const char *path, struct verification *verification)
{
	const cJSON *parts;
	size_t before;

	*verification = (struct verification){ 0 };
	if (text_ends(path, ".debug"))
		path = built_beside(arena_copy_n(path, strlen(path) - 6),
				    ".elf");
	verification->image_path = built_image(path);
	if (verification->image_path == NULL)
		return false;
	verification->is_folder = verification->image_path != path &&
				  !text_ends(path, ".manifest.json");
	path = verification->image_path;
	if (!host_read(path, &verification->image)) {
		diag(E0606, (struct where){ path, 0, 0 }, NULL, "%s",
		     host_read_error());
		return false;
	}
	read_manifest(verification);
	before = diag_count();
	parts = field_of(verification, "parts");
	if (parts != NULL)
		check_parts(verification, parts);
	/* A changed part is named once, and its headers are not believed. */
	if (diag_count() == before)
		check_itself(verification);
	check_files(verification);
	check_tree(verification);
	return true;
}
