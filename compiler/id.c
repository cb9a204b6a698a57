/* SPDX-License-Identifier: ISC */
/*
 * unicc id: who an image says it is, and whether its bytes agree.
 *
 * The file may be anybody's. "intact" means that the segments have the hashes
 * that the identity note holds, and that its roots belong together; where it
 * comes from is not proven by that.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "built.h"
#include "driver.h"
#include "elf_image.h"
#include "identity.h"
#include "manifest_root.h"

static const char *const leaf_names[ELF_LEAVES] = {
	"text", "constants", "data",
};

struct identification {
	const char *path;
	const char *name;
	size_t file_bytes;
	struct elf_identity says;
	uint8_t is[ELF_LEAVES][ELF_HASH_BYTES];
	const char *differs;	/* the first part that does, or NULL */
};

static bool
is_leaf_intact(const struct identification *id, size_t leaf)
{
	return memcmp(id->says.leaves[leaf], id->is[leaf], ELF_HASH_BYTES) == 0;
}

static void
refuse(const char *path, const char *why)
{
	diag(E0606, (struct where){ path, 0, 0 }, NULL, "%s", why);
}

static const char *
name_of(const char *path)
{
	const char *name = built_name(path), *dot = strrchr(name, '.');

	return dot == NULL ? name : arena_copy_n(name, (size_t)(dot - name));
}

static bool
identify(const char *path, struct identification *id)
{
	struct elf_image image;
	struct bytes file;
	const char *wrong;

	path = built_image(path);
	if (path == NULL)
		return false;
	if (!host_read(path, &file)) {
		refuse(path, host_read_error());
		return false;
	}
	wrong = elf_read(file, &image);
	if (wrong != NULL) {
		refuse(path, wrong);
		return false;
	}
	id->path = path;
	id->name = name_of(path);
	id->file_bytes = file.size;
	elf_identity_get(file, &image, &id->says);
	elf_leaves(file, &image, id->is);
	id->differs = identity_differs(file, &image);
	return true;
}

static void
print_text(const struct identification *id)
{
	size_t i;

	printf("%-10s %s, %zu bytes: %s\n", id->name, id->path, id->file_bytes,
	       id->differs == NULL ? "intact" : "changed");
	printf("%-10s %s\n", "code",
	       host_hex(id->says.code_root, ELF_HASH_BYTES));
	printf("%-10s %s\n", "instance",
	       host_hex(id->says.instance_root, ELF_HASH_BYTES));
	for (i = 0; i < ELF_LEAVES; i++)
		printf("%-10s %s%s\n", leaf_names[i],
		       host_hex(id->says.leaves[i], ELF_HASH_BYTES),
		       is_leaf_intact(id, i) ? "" : "  differs");
}

static void
print_json(const struct identification *id)
{
	cJSON *whole = cJSON_CreateObject(), *segments, *row;
	size_t i;

	cJSON_AddStringToObject(whole, "file", text_utf8(id->path));
	cJSON_AddStringToObject(whole, "name", text_utf8(id->name));
	cJSON_AddNumberToObject(whole, "bytes", (double)id->file_bytes);
	cJSON_AddStringToObject(whole, "code_root",
				host_hex(id->says.code_root, ELF_HASH_BYTES));
	cJSON_AddStringToObject(whole, "instance_root",
				host_hex(id->says.instance_root,
					 ELF_HASH_BYTES));
	cJSON_AddBoolToObject(whole, "is_intact", id->differs == NULL);
	segments = cJSON_AddArrayToObject(whole, "segments");
	for (i = 0; i < ELF_LEAVES; i++) {
		row = cJSON_CreateObject();
		cJSON_AddStringToObject(row, "name", leaf_names[i]);
		cJSON_AddStringToObject(row, "sha256",
					host_hex(id->says.leaves[i],
						 ELF_HASH_BYTES));
		cJSON_AddBoolToObject(row, "is_intact", is_leaf_intact(id, i));
		cJSON_AddItemToArray(segments, row);
	}
	answer_print(whole);
}

/* The manifest's root alone, once the manifest is known to hold. */
static int
print_root(const char *path)
{
	const char *image = built_image(path), *beside;
	struct manifest manifest;
	struct bytes bytes;

	if (image == NULL)
		return (int)diag_flush();
	beside = built_beside(image, ".manifest.json");
	if (!host_read(beside, &bytes))
		diag(E0608, (struct where){ beside, 0, 0 }, NULL, "%s",
		     host_read_error());
	else if (manifest_open(beside, bytes, &manifest) && diag_count() == 0)
		printf("%s\n", manifest.root);
	return (int)diag_flush();
}

int
command_id(int argc, char **argv)
{
	struct identification id = { 0 };
	const char *path = NULL;
	bool is_json = false, is_root = false;
	size_t leaf;
	int i;

	for (i = 1; i < argc; i++) {
		if (text_equal(argv[i], "--json"))
			is_json = true;
		else if (text_equal(argv[i], "--root"))
			is_root = true;
		else if (text_equal(argv[i], "--errors=json"))
			diag_json = true;
		else if (argv[i][0] == '-' || argv[i][0] == '\0' ||
			 path != NULL)
			return usage_unknown(argv[i]);
		else
			path = argv[i];
	}
	if (path == NULL)
		return usage_error("which file or folder?");
	if (!host_exists(path))
		return usage_error("there is no file %s", path);
	if (is_root)
		return print_root(path);
	if (!identify(path, &id))
		return (int)diag_flush();
	if (is_json)
		print_json(&id);
	else
		print_text(&id);
	for (leaf = 0; leaf < ELF_LEAVES; leaf++)
		if (!is_leaf_intact(&id, leaf))
			diag(E0606, (struct where){ id.path, 0, 0 },
			     leaf_names[leaf],
			     "its bytes are not those the identity note was "
			     "made for");
	if (id.differs != NULL && diag_count() == 0)
		diag(E0606, (struct where){ id.path, 0, 0 }, id.differs,
		     "its instance root is not that of its code root and the "
		     "sealed values");
	fflush(stdout);
	return (int)diag_flush();
}
