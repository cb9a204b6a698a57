/* SPDX-License-Identifier: ISC */
/* unicc cost: what an image would be with another value. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "diff_image.h"
#include "driver.h"
#include "option.h"
#include "variant.h"

/* "env=prod" is an option; "www.gzip=false" needs the instances. */
static bool
change(struct build *build, struct build *changed, const char *word,
       struct variant *variant)
{
	if (memchr(word, '.', strcspn(word, "=")) == NULL)
		return option_set(changed, word);
	build->is_check_only = true;
	if (!build_open(build) || build_until(build, "resolve") != STATUS_OK)
		return false;
	variant->lines = variant_lines(build, word);
	return variant->lines != NULL;
}

static int
tell_cost(struct build *build, const char *word, bool is_json)
{
	/* Both keep what was asked: evaluation marks it as used. */
	struct build asked = *build, changed = *build;
	struct variant now = { .config_path = build->config_path,
			       .asked = &asked };
	struct variant then = { .config_path = build->config_path,
				.asked = &changed, .name = word };
	static const struct sealed_changes unsealed = { NULL, 0, 0, false };
	static struct audit before, after;
	enum status status;
	const char *said;
	bool costs;
	size_t i;

	changed.given.at = NULL;
	changed.given.room = changed.given.count = 0;
	for (i = 0; i < build->given.count; i++)
		*list_add(&changed.given) = build->given.at[i];
	if (!change(build, &changed, word, &then))
		return (int)diag_flush();
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "building %s as it is, then with %s\n",
			build->config_path, word);
	status = variant_build(&now, &before, &said);
	if (status == STATUS_OK)
		status = variant_build(&then, &after, &said);
	if (status != STATUS_OK) {
		fputs(said, stderr);
		return (int)status;
	}
	costs = diff_print(&before, before.name, &after, after.name, &unsealed,
			   is_json);
	if (!is_json && !costs)
		printf("it costs nothing: %zu bytes either way\n",
		       after.file.size);
	return STATUS_OK;
}

int
command_cost(int argc, char **argv)
{
	struct build build = { 0 };
	const char *word = NULL;
	bool is_json = false;
	int status = variant_words(&build, &word, &is_json, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (word == NULL || strchr(word, '=') == NULL || word[0] == '=')
		return usage_error("with which KEY=VALUE?");
	return tell_cost(&build, word, is_json);
}
