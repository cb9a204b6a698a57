/* SPDX-License-Identifier: ISC */
/*
 * NAME.provenance.json: how the outputs were made, as an in-toto statement
 * (in-toto Attestation Framework, Statement v1) with a predicate of SLSA
 * (Provenance v1).
 *
 * Its subjects are files, by their SHA-256, and the image is also one by its code
 * root, under the digest name "uniccCodeRoot": every image that is sealed of this
 * one carries that root in its identity note and has the same statement, whose
 * image has its slots empty. "uniccTool" is a program with the LLVM that it loads
 * (toolchain.h), "uniccValues" a configuration by what it evaluates to, which is
 * the leaf of the fingerprint. All are SHA-256 in small hexadecimal digits.
 *
 * Unsigned: the manifest covers it, and a signature of the manifest's root
 * covers that. It tells no time and no machine, so that the same build tells
 * the same.
 */
#include <cjson/cJSON.h>
#include <string.h>

#include "fingerprint.h"
#include "identity.h"
#include "label.h"
#include "manifest_bytes.h"
#include "manifest_root.h"
#include "option.h"
#include "package.h"
#include "sbom.h"
#include "slot.h"
#include "store.h"
#include "toolchain.h"

static void
add_digest(cJSON *row, const char *algorithm, const uint8_t sha256[32])
{
	cJSON *digest = cJSON_GetObjectItemCaseSensitive(row, "digest");

	if (digest == NULL)
		digest = cJSON_AddObjectToObject(row, "digest");
	manifest_put_hash(digest, algorithm, sha256);
}

/* A resource with what it is called, and with its digest. */
static cJSON *
add_resource(cJSON *array, const char *name, const char *algorithm,
	     const uint8_t sha256[32])
{
	cJSON *row = manifest_add_row(array);

	cJSON_AddStringToObject(row, "name", text_utf8(name));
	add_digest(row, algorithm, sha256);
	return row;
}

/* ---- What was made --------------------------------------------------------- */

/* The hash of the image before anything is sealed in it. */
static void
hash_image(const struct build *build, uint8_t sha256[32])
{
	struct elf_identity identity;
	struct elf_image image;
	struct bytes file;

	/* Neither can fail: elf_pack has written it. */
	if (elf_read(build->elf, &image) != NULL)
		return;
	file = elf_without_slots(build->elf, &image);
	if (elf_read(file, &image) == NULL)
		identity_write((uint8_t *)(uintptr_t)file.at, file.size, &image,
			       build->code_root, &identity);
	host_sha256(file, sha256);
}

static void
add_subjects(cJSON *whole, const struct build *build)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "subject"), *row;
	const char *name = build->tree->image_name;
	uint8_t sha256[32];

	hash_image(build, sha256);
	row = add_resource(array, arena_printf("%s.elf", name), "sha256",
			   sha256);
	add_digest(row, "uniccCodeRoot", build->code_root);
	if (slots_of(build).bytes != 0)
		cJSON_AddStringToObject(
			cJSON_AddObjectToObject(row, "annotations"),
			"unicc_form", "nothing is sealed in it");
	host_sha256(build->debug, sha256);
	add_resource(array, arena_printf("%s.debug", name), "sha256", sha256);
}

/* ---- How it was made ------------------------------------------------------- */

static void
add_parameters(cJSON *definition, const struct build *build)
{
	cJSON *external = cJSON_AddObjectToObject(definition,
						  "externalParameters");
	cJSON *internal = cJSON_AddObjectToObject(definition,
						  "internalParameters");
	const struct config_option **options = option_sorted(build);
	const char *config = strrchr(build->config_path, '/');
	cJSON *object;
	size_t i;

	object = cJSON_AddObjectToObject(external, "configuration");
	cJSON_AddStringToObject(object, "name",
				text_utf8(config == NULL ? build->config_path
							 : config + 1));
	add_digest(object, "uniccValues", build->tree->values);
	cJSON_AddStringToObject(external, "platform",
				build->image.platform->name);
	object = cJSON_AddObjectToObject(external, "options");
	for (i = 0; i < build->options.count; i++)
		cJSON_AddStringToObject(object, options[i]->name,
					option_show(options[i]));
	object = cJSON_AddArrayToObject(internal, "compiler_flags");
	for (i = 0; i < build->catalogue->cflags_count; i++)
		cJSON_AddItemToArray(object, cJSON_CreateString(
						build->catalogue->cflags[i]));
}

static void
add_dependency(cJSON *array, const char *name, const uint8_t sha256[32])
{
	add_resource(array, name, "sha256", sha256);
}

static void
add_file(cJSON *array, const char *path)
{
	uint8_t sha256[32];
	struct bytes bytes;

	if (!host_read(path, &bytes))
		return;
	host_sha256(bytes, sha256);
	add_dependency(array, label_of(path), sha256);
}

static void
add_packages(cJSON *array, const struct build *build)
{
	uint8_t sha256[32];
	size_t i, j;

	for (i = 0; i < build->catalogue->packages_count; i++) {
		const struct package *package = &build->catalogue->packages[i];

		for (j = 0; sources_are_used(build, package) &&
			    j < package->files_count; j++)
			if (text_hex(package->files[j].sha256, sha256,
				     sizeof sha256))
				add_dependency(array, package->files[j].name,
					       sha256);
	}
}

/* What declares flags, sources and modules. */
static void
add_declarations(cJSON *array, const struct build *build)
{
	const struct module *module;
	size_t i, j;

	add_file(array, host_join(build->catalogue->root, "build.lua"));
	for (i = 0; i < build->instances.count; i++) {
		module = build->instances.at[i]->module;
		for (j = 0; build->instances.at[j]->module != module;)
			j++;
		if (i == j)
			add_file(array, host_join(module->folder,
						  "module.lua"));
	}
}

/* Of files that unicc wrote, whose comments name lines, and of the
 * configuration, the values tell. */
static void
add_dependencies(cJSON *definition, const struct build *build)
{
	const struct tool *tools[] = { &toolchain_clang, &toolchain_linker };
	cJSON *array = cJSON_AddArrayToObject(definition,
					      "resolvedDependencies");
	const struct tree *tree = build->tree;
	const struct input *inputs;
	size_t count, i;

	for (i = 0; i < countof(tools); i++)
		add_resource(array, arena_printf("%s: %s", tools[i]->name,
						 tools[i]->version),
			     "uniccTool", tools[i]->sha256);
	add_packages(array, build);
	add_declarations(array, build);
	for (i = 0; i < tree->reads_count; i++)
		if (!text_starts(tree->reads[i]->label, "generated/"))
			add_dependency(array, tree->reads[i]->label,
				       tree->reads[i]->sha256);
	inputs = manifest_inputs(build, &count);
	for (i = 0; i < count; i++)
		add_dependency(array, inputs[i].name, inputs[i].sha256);
}

struct bytes
provenance_write(const struct build *build)
{
	cJSON *whole = cJSON_CreateObject(), *predicate, *definition, *details;
	cJSON *builder;
	struct bytes printed;

	cJSON_AddStringToObject(whole, "_type",
				"https://in-toto.io/Statement/v1");
	add_subjects(whole, build);
	cJSON_AddStringToObject(whole, "predicateType",
				"https://slsa.dev/provenance/v1");
	predicate = cJSON_AddObjectToObject(whole, "predicate");
	definition = cJSON_AddObjectToObject(predicate, "buildDefinition");
	cJSON_AddStringToObject(definition, "buildType", "urn:unicc:build:1");
	add_parameters(definition, build);
	add_dependencies(definition, build);
	details = cJSON_AddObjectToObject(predicate, "runDetails");
	builder = cJSON_AddObjectToObject(details, "builder");
	cJSON_AddStringToObject(builder, "id", "urn:unicc:" UNICC_VERSION);
	cJSON_AddStringToObject(cJSON_AddObjectToObject(builder, "version"),
				"unicc", UNICC_VERSION);
	printed = manifest_print(whole);
	cJSON_Delete(whole);
	return printed;
}
