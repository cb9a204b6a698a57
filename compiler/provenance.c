/* SPDX-License-Identifier: ISC */
/*
 * NAME.provenance.json: how the outputs were made, as an in-toto statement
 * (in-toto Attestation Framework, Statement v1) with a predicate of SLSA
 * (Provenance v1).
 *
 * Its subject is the code, by its root and by the debug file: every image that is
 * sealed of it carries the root in its identity note and has the same statement.
 * Unsigned: the manifest covers it, and a signature of the manifest's root
 * covers that. It tells no time and no machine, so that the same build tells
 * the same.
 */
#include <cjson/cJSON.h>
#include <string.h>

#include "fingerprint.h"
#include "label.h"
#include "manifest_root.h"
#include "option.h"
#include "sbom.h"
#include "store.h"
#include "toolchain.h"

static cJSON *
add_row(cJSON *array)
{
	cJSON *row = cJSON_CreateObject();

	cJSON_AddItemToArray(array, row);
	return row;
}

static void
add_digest(cJSON *row, const char *hex)
{
	cJSON_AddStringToObject(cJSON_AddObjectToObject(row, "digest"),
				"sha256", hex);
}

static void
add_subjects(cJSON *whole, const struct build *build)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "subject"), *row;
	uint8_t sha256[32];

	row = add_row(array);
	cJSON_AddStringToObject(row, "name", "code root");
	add_digest(row, host_hex(build->code_root, 32));
	host_sha256(build->debug, sha256);
	row = add_row(array);
	cJSON_AddStringToObject(row, "name", "debug");
	add_digest(row, host_hex(sha256, sizeof sha256));
}

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

	cJSON_AddStringToObject(external, "configuration",
				text_utf8(config == NULL ? build->config_path
							 : config + 1));
	cJSON_AddStringToObject(external, "platform",
				build->image.platform->name);
	object = cJSON_AddObjectToObject(external, "options");
	for (i = 0; i < build->options.count; i++)
		cJSON_AddStringToObject(object, options[i]->name,
					option_show(options[i]));
	cJSON_AddStringToObject(internal, "values",
				host_hex(build->tree->values, 32));
	cJSON_AddStringToObject(internal, "code_root",
				host_hex(build->code_root, 32));
	object = cJSON_AddArrayToObject(internal, "compiler_flags");
	for (i = 0; i < build->catalogue->cflags_count; i++)
		cJSON_AddItemToArray(object, cJSON_CreateString(
						build->catalogue->cflags[i]));
}

static void
add_dependency(cJSON *array, const char *name, const char *sha256)
{
	cJSON *row = add_row(array);

	cJSON_AddStringToObject(row, "name", text_utf8(name));
	add_digest(row, sha256);
}

/* Compiler and linker, the tarballs, and every file that was compiled; of those
 * that unicc wrote, whose comments name lines, the values above tell. */
static void
add_dependencies(cJSON *definition, const struct build *build)
{
	const struct tool *tools[] = { &toolchain_clang, &toolchain_linker };
	cJSON *array = cJSON_AddArrayToObject(definition,
					      "resolvedDependencies");
	const struct tree *tree = build->tree;
	size_t i, j;

	for (i = 0; i < countof(tools); i++)
		add_dependency(array, arena_printf("%s: %s", tools[i]->name,
						   tools[i]->version),
			       host_hex(tools[i]->sha256, 32));
	for (i = 0; i < build->catalogue->packages_count; i++) {
		const struct package *package = &build->catalogue->packages[i];

		for (j = 0; j < package->files_count; j++)
			add_dependency(array, package->files[j].name,
				       package->files[j].sha256);
	}
	for (i = 0; i < tree->reads_count; i++)
		if (!text_starts(tree->reads[i]->label, "generated/"))
			add_dependency(array, tree->reads[i]->label,
				       host_hex(tree->reads[i]->sha256, 32));
}

struct bytes
provenance_write(const struct build *build)
{
	cJSON *whole = cJSON_CreateObject(), *predicate, *definition, *details;
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
	cJSON_AddStringToObject(cJSON_AddObjectToObject(details, "builder"),
				"id", "urn:unicc:" UNICC_VERSION);
	printed = manifest_print(whole);
	cJSON_Delete(whole);
	return printed;
}
