/* SPDX-License-Identifier: ISC */
/*
 * unicc verify: are a built image and the files beside it what they were?
 *
 * "intact" says that all bytes are those the manifest's root was made of. Who
 * made it is proven by a signature of the root, and by nothing else.
 */
#include "verify.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "built.h"
#include "driver.h"

struct request {
	const char *path, *live, *signers;
	struct build build;	/* config_path NULL: no build is asked for */
	bool is_json;
};

enum { STRANGERS_MAX = 20 };	/* lines about them */

static const char *const state_words[] = {
	"intact", "changed", "not here", "in no hash",
	"intact, but its lines of the configuration are in no hash",
	"intact, but comments are in no hash", "not covered",
	"not the image's",
};

static void
print_row(const struct verification *verification, size_t *at)
{
	const struct verify_row *rows = verification->rows.at;
	const struct verify_row *row = &rows[*at];
	const char *folder = host_folder_of(verification->image_path);

	printf("%s: %s", text_visible(host_join(folder, row->file), ""),
	       row->part == NULL ? "" : text_visible(row->part, ""));
	/* Parts in one state share a line. */
	for (++*at; *at < verification->rows.count; ++*at) {
		if (row->part == NULL || rows[*at].part == NULL ||
		    !text_equal(rows[*at].file, row->file) ||
		    rows[*at].state != row->state)
			break;
		printf(", %s", text_visible(rows[*at].part, ""));
	}
	printf("%s%s\n", row->part == NULL ? "" : ": ",
	       state_words[row->state]);
}

static const char *
origin_of(const struct verification *verification)
{
	return verification->signer == NULL
		       ? "origin unproven"
		       : arena_printf("signed by %s",
				      text_visible(verification->signer, ""));
}

static void
print_text(const struct verification *verification, bool is_intact)
{
	const struct elf_identity *identity = &verification->identity;
	size_t i = 0, strangers = 0;

	while (i < verification->rows.count)
		if (verification->rows.at[i].state == PART_STRANGER &&
		    strangers++ >= STRANGERS_MAX)
			i++;
		else
			print_row(verification, &i);
	if (strangers > STRANGERS_MAX)
		printf("and %zu more files are not covered\n",
		       strangers - STRANGERS_MAX);
	if (verification->has_identity)
		printf("code      %s\ninstance  %s\n",
		       host_hex(identity->code_root, ELF_HASH_BYTES),
		       host_hex(identity->instance_root, ELF_HASH_BYTES));
	if (verification->has_manifest && verification->manifest.root != NULL)
		printf("manifest  %s\n", verification->manifest.root);
	else if (!verification->has_manifest)
		printf("manifest  none beside it: host files and notes are "
		       "not compared\n");
	if (verification->live != NULL)
		printf("runs at   %s\n", text_visible(verification->live, ""));
	if (verification->config != NULL)
		printf("built of  %s, again, to the byte%s\n",
		       text_visible(verification->config, ""),
		       verification->has_skipped
			       ? ", but for files that are not here"
			       : "");
	if (is_intact)
		printf("intact, %s\n", origin_of(verification));
}

static void
add_text(cJSON *object, const char *name, const char *text)
{
	if (text != NULL)
		cJSON_AddStringToObject(object, name, text_utf8(text));
}

static void
print_json(const struct verification *verification, bool is_intact)
{
	const struct elf_identity *identity = &verification->identity;
	cJSON *whole = cJSON_CreateObject(), *rows, *row;
	size_t i;

	cJSON_AddStringToObject(whole, "file",
				text_utf8(verification->image_path));
	cJSON_AddBoolToObject(whole, "is_intact", is_intact);
	add_text(whole, "signer", verification->signer);
	add_text(whole, "live", verification->live);
	add_text(whole, "config", verification->config);
	if (verification->config != NULL)
		cJSON_AddBoolToObject(whole, "has_all_files",
				      !verification->has_skipped);
	if (verification->has_identity) {
		cJSON_AddStringToObject(whole, "code_root",
					host_hex(identity->code_root,
						 ELF_HASH_BYTES));
		cJSON_AddStringToObject(whole, "instance_root",
					host_hex(identity->instance_root,
						 ELF_HASH_BYTES));
	}
	add_text(whole, "manifest_root", verification->manifest.root);
	rows = cJSON_AddArrayToObject(whole, "parts");
	for (i = 0; i < verification->rows.count; i++) {
		const struct verify_row *at = &verification->rows.at[i];

		row = cJSON_CreateObject();
		cJSON_AddStringToObject(row, "file", text_utf8(at->file));
		add_text(row, "part", at->part);
		cJSON_AddStringToObject(row, "state", state_words[at->state]);
		cJSON_AddItemToArray(rows, row);
	}
	answer_print(whole);
}

static bool
take_option(struct request *request, int argc, char **argv, int *index)
{
	const char *word = argv[*index];
	bool has_next = *index + 1 < argc && argv[*index + 1][0] != '\0';

	if (word[0] == '\0')
		return false;
	if (text_equal(word, "--json")) {
		request->is_json = true;
	} else if (text_equal(word, "--live") && has_next) {
		request->live = argv[++*index];
	} else if (text_equal(word, "--key") && has_next) {
		request->signers = argv[++*index];
	} else if (word[0] == '-' && !text_equal(word, "-o")) {
		return build_option(&request->build, argc, argv, index);
	} else if (request->path == NULL && word[0] != '-') {
		request->path = word;
	} else if (request->build.config_path == NULL && word[0] != '-') {
		request->build.config_path = word;
	} else {
		return false;
	}
	return true;
}

static int
report(struct verification *verification, bool is_json)
{
	bool is_intact = diag_count() == 0;

	if (is_json)
		print_json(verification, is_intact);
	else
		print_text(verification, is_intact);
	manifest_close(&verification->manifest);
	return (int)diag_flush();
}

int
command_verify(int argc, char **argv)
{
	struct verification verification;
	struct request request = { 0 };
	int i;

	for (i = 1; i < argc; i++)
		if (!take_option(&request, argc, argv, &i))
			return usage_unknown(argv[i]);
	if (request.path == NULL)
		return usage_error("which file or folder?");
	if (request.build.config_path == NULL &&
	    (request.build.given.count != 0 ||
	     request.build.env_paths.count != 0))
		return usage_error("options of which configuration?");
	if (!verify_files(request.path, &verification))
		return (int)diag_flush();
	if (diag_count() == 0)
		verify_sealed(&verification);
	verify_folder(&verification);
	if (request.signers != NULL)
		verify_key(&verification, request.signers);
	if (request.live != NULL)
		verify_live(&verification, request.live);
	if (request.build.config_path != NULL)
		verify_build(&verification, &request.build);
	return report(&verification, request.is_json);
}
