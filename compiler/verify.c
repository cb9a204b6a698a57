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
#include <stdlib.h>
#include <string.h>

#include "built.h"
#include "driver.h"

struct request {
	const char *path, *config, *live, *signers;
	bool is_json;
};

static const char *const state_words[] = {
	"intact", "changed", "not here", "in no hash",
};

static void
print_row(const struct verification *verification, size_t *at)
{
	const struct verify_row *rows = verification->rows.at;
	const struct verify_row *row = &rows[*at];
	const char *folder = host_folder_of(verification->image_path);

	printf("%s: %s", host_join(folder, row->file),
	       row->part == NULL ? "" : row->part);
	/* Parts in one state share a line. */
	while (++*at < verification->rows.count && row->part != NULL &&
	       rows[*at].part != NULL && rows[*at].state == row->state)
		printf(", %s", rows[*at].part);
	printf("%s%s\n", row->part == NULL ? "" : ": ",
	       state_words[row->state]);
}

static const char *
origin_of(const struct verification *verification)
{
	return verification->signer == NULL
		       ? "origin unproven"
		       : arena_printf("signed by %s", verification->signer);
}

static void
print_text(const struct verification *verification, bool is_intact)
{
	const struct elf_identity *identity = &verification->identity;
	size_t i = 0;

	while (i < verification->rows.count)
		print_row(verification, &i);
	if (verification->has_identity)
		printf("code      %s\ninstance  %s\n",
		       host_hex(identity->code_root, ELF_HASH_BYTES),
		       host_hex(identity->instance_root, ELF_HASH_BYTES));
	if (verification->has_manifest && verification->manifest.root != NULL)
		printf("manifest  %s\n", verification->manifest.root);
	else if (!verification->has_manifest)
		printf("manifest  none beside it: host files and notes are "
		       "not compared\n");
	if (is_intact)
		printf("intact, %s\n", origin_of(verification));
}

static void
print_json(const struct verification *verification, bool is_intact)
{
	const struct elf_identity *identity = &verification->identity;
	cJSON *whole = cJSON_CreateObject(), *rows, *row;
	char *text;
	size_t i;

	cJSON_AddStringToObject(whole, "file",
				text_utf8(verification->image_path));
	cJSON_AddBoolToObject(whole, "is_intact", is_intact);
	if (verification->signer != NULL)
		cJSON_AddStringToObject(whole, "signer",
					text_utf8(verification->signer));
	if (verification->has_identity) {
		cJSON_AddStringToObject(whole, "code_root",
					host_hex(identity->code_root,
						 ELF_HASH_BYTES));
		cJSON_AddStringToObject(whole, "instance_root",
					host_hex(identity->instance_root,
						 ELF_HASH_BYTES));
	}
	if (verification->manifest.root != NULL)
		cJSON_AddStringToObject(whole, "manifest_root",
					verification->manifest.root);
	rows = cJSON_AddArrayToObject(whole, "parts");
	for (i = 0; i < verification->rows.count; i++) {
		const struct verify_row *at = &verification->rows.at[i];

		row = cJSON_CreateObject();
		cJSON_AddStringToObject(row, "file", text_utf8(at->file));
		if (at->part != NULL)
			cJSON_AddStringToObject(row, "part",
						text_utf8(at->part));
		cJSON_AddStringToObject(row, "state", state_words[at->state]);
		cJSON_AddItemToArray(rows, row);
	}
	text = cJSON_Print(whole);
	printf("%s\n", text == NULL ? "" : text);
	free(text);
	cJSON_Delete(whole);
}

int
command_verify(int argc, char **argv)
{
	struct verification verification;
	struct request request = { 0 };
	int i;

	for (i = 1; i < argc; i++) {
		if (text_equal(argv[i], "--json"))
			request.is_json = true;
		else if (text_equal(argv[i], "--errors=json"))
			diag_json = true;
		else if (argv[i][0] == '-' || argv[i][0] == '\0' ||
			 request.path != NULL)
			return usage_unknown(argv[i]);
		else
			request.path = argv[i];
	}
	if (request.path == NULL)
		return usage_error("which file or folder?");
	if (!verify_files(request.path, &verification))
		return (int)diag_flush();
	if (request.is_json)
		print_json(&verification, diag_count() == 0);
	else
		print_text(&verification, diag_count() == 0);
	fflush(stdout);
	manifest_close(&verification.manifest);
	return (int)diag_flush();
}
