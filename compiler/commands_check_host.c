/* SPDX-License-Identifier: ISC */
/* unicc check-host: does a domain's file give the image what it needs? */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "built.h"
#include "check_host.h"
#include "driver.h"

struct check_host {
	struct build build;
	const char *path;	/* of the domain's file */
	const char *image;	/* as the user named it; NULL: by the file */
	bool is_json;
};

/* STATUS_OK or the status of a usage error. */
static int
take_words(struct check_host *check, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		const char *word = argv[i];

		if (text_equal(word, "--json"))
			check->is_json = true;
		else if (text_equal(word, "--errors=json"))
			diag_json = true;
		else if (word[0] == '-' || word[0] == '\0' ||
			 check->image != NULL)
			return usage_unknown(word);
		else if (check->path == NULL)
			check->path = word;
		else
			check->image = word;
	}
	if (check->path == NULL)
		return usage_error("which file?");
	if (!text_ends(check->path, ".xl"))
		return usage_error("%s: a domain's file is called NAME.xl",
				   check->path);
	return STATUS_OK;
}

/* The image of NAME.xl: NAME.elf beside it, else what its line kernel says. */
static const char *
image_of(const struct check_host *check, const struct xl_config *config)
{
	const char *folder = host_folder_of(check->path);
	const char *beside = arena_printf("%.*s.elf",
					  (int)strlen(check->path) - 3,
					  check->path);
	size_t i;

	if (check->image != NULL || host_exists(beside))
		return built_image(check->image != NULL ? check->image
							: beside);
	for (i = 0; i < config->count; i++)
		if (text_equal(config->at[i].name, "kernel") &&
		    config->at[i].value.kind == XL_TEXT)
			return built_image(host_join(folder,
						     config->at[i].value.text));
	diag(E0707, (struct where){ check->path, 0, 0 }, "kernel",
	     "it is missing, and there is no %s", beside);
	return NULL;
}

static void
print_json(const struct check_host *check, const char *image,
	   const struct host_findings *findings)
{
	cJSON *whole = cJSON_CreateObject(), *array, *row;
	size_t i;

	cJSON_AddStringToObject(whole, "file", text_utf8(check->path));
	cJSON_AddStringToObject(whole, "image", text_utf8(image));
	cJSON_AddBoolToObject(whole, "holds", findings->count == 0);
	array = cJSON_AddArrayToObject(whole, "findings");
	for (i = 0; i < findings->count; i++) {
		const struct host_finding *finding = &findings->at[i];

		row = cJSON_CreateObject();
		cJSON_AddItemToArray(array, row);
		cJSON_AddNumberToObject(row, "line", finding->line);
		cJSON_AddStringToObject(row, "field", finding->field);
		cJSON_AddStringToObject(row, "message", finding->message);
		if (finding->fix != NULL)
			cJSON_AddStringToObject(row, "fix", finding->fix);
	}
	answer_print(whole);
}

static int
tell(const struct check_host *check, const char *image,
     const struct host_findings *findings)
{
	size_t i;

	if (check->is_json) {
		print_json(check, image, findings);
		return findings->count == 0 ? STATUS_OK : STATUS_CONTRACT;
	}
	for (i = 0; i < findings->count; i++) {
		const struct host_finding *finding = &findings->at[i];

		diag(E0707, (struct where){ check->path, finding->line, 0 },
		     finding->field, "%s", finding->message);
		if (finding->fix != NULL)
			diag_fix("%s", finding->fix);
	}
	if (findings->count == 0)
		printf("%s gives %s what it needs\n", check->path, image);
	return (int)diag_flush();
}

int
command_check_host(int argc, char **argv)
{
	struct check_host check = { 0 };
	struct host_findings findings = { 0 };
	struct xl_config config = { 0 }, needed;
	const char *wrong, *image;
	struct bytes bytes;
	unsigned line = 0;
	int status = take_words(&check, argc, argv);

	if (status != STATUS_OK || check.path == NULL)
		return status;
	if (!host_read(check.path, &bytes))
		wrong = host_read_error();
	else
		wrong = xl_read(bytes, &config, &line);
	if (wrong != NULL) {
		diag(E0706, (struct where){ check.path, line, 0 }, NULL, "%s",
		     wrong);
		return (int)diag_flush();
	}
	image = image_of(&check, &config);
	if (image == NULL || !build_open(&check.build) ||
	    !manifest_read(&check.build, host_folder_of(image)))
		return (int)diag_flush();
	if (check.build.image.platform->xl == NULL) {
		diag(E0704, (struct where){ check.path, 0, 0 },
		     "image.platform", "%s is an image for %s, and no guest "
		     "of Xen", image, check.build.image.platform->name);
		return (int)diag_flush();
	}
	xl_read(xl_file(&check.build), &needed, &line);
	check_host_compare(&check.build, image, host_folder_of(check.path),
			   &needed, &config, &findings);
	return tell(&check, image, &findings);
}
