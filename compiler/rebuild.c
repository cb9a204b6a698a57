/* SPDX-License-Identifier: ISC */
/*
 * unicc rebuild: build again from a bundle, or many times over from one
 * configuration, and compare every file to the byte.
 *
 * A build of its own process, with an empty store: nothing of an earlier build
 * is in it.
 */
#include "rebuild.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "compare.h"
#include "driver.h"
#include "label.h"
#include "manifest_root.h"

struct words
rebuild_command(const struct bundle *bundle, const char *folder,
		const char *out, bool is_absolute)
{
	const char *at = is_absolute ? arena_printf("%s/", folder) : "";
	struct words words = { 0 };
	size_t i;

	*list_add(&words) = "env";
	*list_add(&words) = "-C";
	*list_add(&words) = is_absolute ? "/" : folder;
	*list_add(&words) = arena_printf("XDG_CACHE_HOME=%s/cache", folder);
	*list_add(&words) = arena_printf("UNICC_SOURCES=%ssources", at);
	*list_add(&words) = arena_printf("%s/catalogue/unicc",
					 is_absolute ? folder : ".");
	*list_add(&words) = arena_printf("%s%s", at, bundle->config);
	*list_add(&words) = "-o";
	*list_add(&words) = out;
	for (i = 0; i < bundle->options.count; i++) {
		*list_add(&words) = "--set";
		*list_add(&words) = bundle->options.at[i];
	}
	for (i = 0; i < bundle->env.count; i++) {
		*list_add(&words) = "--env";
		*list_add(&words) = arena_printf("%s%s", at,
						 bundle->env.at[i]);
	}
	return words;
}

/* ---- From a bundle --------------------------------------------------------- */

/* The outputs that are built again to the byte, and those that are not. */
struct outcome {
	struct words same, others;
};

static void
compare_outputs(const char *path, const struct bundle *bundle, const char *out,
		struct outcome *outcome)
{
	struct bytes here, debug = { NULL, 0 };
	struct difference difference;
	size_t i, before;

	for (i = 0; i < bundle->files.count; i++) {
		const struct tar_file *file = &bundle->files.at[i];
		const char *name = file->name + strlen("output/");

		if (!text_starts(file->name, "output/"))
			continue;
		before = diag_count();
		if (text_ends(name, ".elf"))
			host_read(host_join(out, arena_printf("%.*s.debug",
						(int)strlen(name) - 4, name)),
				  &debug);
		if (!host_read(host_join(out, name), &here))
			diag(E0609, (struct where){ path, 0, 0 }, name,
			     "the build from the bundle does not give it");
		else if (compare_output(name, file->bytes, here, debug,
					&difference))
			diag(E0609, (struct where){ path, 0, 0 }, name,
			     "the build from the bundle gives another%s%s, %s",
			     difference.part == NULL ? "" : ": ",
			     difference.part == NULL ? "" : difference.part,
			     difference.text);
		*list_add(diag_count() == before ? &outcome->same
						 : &outcome->others) = name;
	}
}

static void
add_names(cJSON *whole, const char *key, const struct words *names)
{
	cJSON *array = cJSON_AddArrayToObject(whole, key);
	size_t i;

	for (i = 0; i < names->count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(
						    text_utf8(names->at[i])));
}

/* The root of the manifest, to compare it with one that somebody has signed; ""
 * after diag(). */
static const char *
manifest_root_of(const char *path, const struct tar *files)
{
	struct manifest manifest;
	const char *root = "";
	size_t i;

	for (i = 0; i < files->count; i++) {
		const struct tar_file *file = &files->at[i];

		if (!text_starts(file->name, "output/") ||
		    !text_ends(file->name, ".manifest.json") ||
		    !manifest_open(path, file->bytes, &manifest))
			continue;
		if (manifest.root != NULL)
			root = manifest.root;
		manifest_close(&manifest);
	}
	return root;
}

static void
print_outcome(const char *path, const char *root,
	      const struct outcome *outcome, bool is_json)
{
	cJSON *whole;

	if (!is_json) {
		if (outcome->others.count == 0)
			printf("%s: built again, %zu files are the same to the "
			       "byte\nmanifest  %s\n", path,
			       outcome->same.count, root);
		return;
	}
	whole = cJSON_CreateObject();
	cJSON_AddStringToObject(whole, "bundle", text_utf8(path));
	cJSON_AddStringToObject(whole, "manifest_root", root);
	add_names(whole, "same", &outcome->same);
	add_names(whole, "different", &outcome->others);
	answer_print(whole);
}

static int
rebuild_bundle(const char *path, const char *out, bool is_json)
{
	const char *folder = build_scratch();
	struct buffer said = { 0 };
	struct outcome outcome = { 0 };
	struct bundle bundle;
	struct words words;
	int status;

	if (folder == NULL || !bundle_open(path, &bundle) ||
	    !bundle_unpack(&bundle, folder, false))
		return (int)diag_flush();
	if (out == NULL)
		out = host_join(folder, "out");
	out = label_absolute(out);
	words = rebuild_command(&bundle, folder, out, false);
	*list_add(&words) = NULL;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "unicc: building again from %s, with an empty "
				"store\n", path);
	status = host_run(words.at, &said);
	if (status != 0) {
		fputs(said.at == NULL ? "" : said.at, stderr);
		return status < 0 || status > STATUS_CONTRACT ? STATUS_MACHINE
							      : status;
	}
	compare_outputs(path, &bundle, out, &outcome);
	print_outcome(path, manifest_root_of(path, &bundle.files), &outcome,
		      is_json);
	if (outcome.others.count != 0)
		diag_fix("compare compiler and linker with packages/ in the "
			 "bundle, and this unicc with program/unicc");
	return (int)diag_flush();
}

struct request {
	struct build build;
	struct words only;
	const char *path;
	bool is_gauntlet, is_json;
};

static bool
take_word(struct request *request, int argc, char **argv, int *index)
{
	const char *word = argv[*index];

	if (text_equal(word, "--gauntlet"))
		request->is_gauntlet = true;
	else if (text_equal(word, "--json"))
		request->is_json = true;
	else if (text_equal(word, "--only") && *index + 1 < argc)
		*list_add(&request->only) = argv[++*index];
	else if (word[0] != '-' && word[0] != '\0' && request->path == NULL)
		request->path = word;
	else
		return build_option(&request->build, argc, argv, index);
	return true;
}

/* What cannot be meant so, or 0. */
static int
judge(const struct request *request)
{
	const struct build *build = &request->build;

	if (request->path == NULL)
		return usage_error("which bundle or configuration?");
	if (request->is_gauntlet && build->is_out_given)
		return usage_error("the gauntlet leaves no output");
	if (request->is_gauntlet && gauntlet_unknown(&request->only) != NULL)
		return usage_error("there is no variation %s",
				   gauntlet_unknown(&request->only));
	if (request->is_gauntlet)
		return 0;
	if (text_ends(request->path, ".lua"))
		return usage_error("from a configuration only with --gauntlet; "
				   "unicc %s builds it", request->path);
	if (build->given.count != 0 || build->env_paths.count != 0)
		return usage_error("a bundle holds its options");
	if (request->only.count != 0)
		return usage_error("--only belongs to --gauntlet");
	return 0;
}

int
command_rebuild(int argc, char **argv)
{
	struct request request = { 0 };
	int i, status;

	for (i = 1; i < argc; i++)
		if (!take_word(&request, argc, argv, &i))
			return usage_unknown(argv[i]);
	status = judge(&request);
	if (status != 0)
		return status;
	if (!request.is_gauntlet)
		return rebuild_bundle(request.path, request.build.out_path,
				      request.is_json);
	request.build.config_path = bundle_config(request.path);
	return gauntlet(&request.build, &request.only, request.is_json);
}
