/* SPDX-License-Identifier: ISC */
/* unicc cost: what an image would be with another value. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "diff_image.h"
#include "driver.h"
#include "variant.h"

/* An option needs no instances: that is how one without a default is asked. */
static bool
change(struct build *build, struct variant *variant, const char *word)
{
	struct build resolved = { .config_path = build->config_path,
				  .env_paths = build->env_paths,
				  .is_check_only = true };
	size_t i;

	/* A copy: evaluation sorts them, with those of --env. */
	for (i = 0; i < build->given.count; i++)
		*list_add(&resolved.given) = build->given.at[i];
	if (memchr(word, '.', strcspn(word, "=")) != NULL &&
	    (!build_open(&resolved) || !build_stages(&resolved, "resolve")))
		return false;
	return variant_set(variant, &resolved, word);
}

static int
tell_cost(struct build *build, const char *word, bool is_json)
{
	struct variant now = { .config_path = build->config_path,
			       .asked = build };
	struct variant then = now;
	static const struct diff_besides nothing;
	static struct audit before, after;
	enum status status;
	const char *said;
	bool costs;

	if (!change(build, &then, word))
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
	costs = diff_print(&before, before.name, &after, after.name, &nothing,
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
	if (word == NULL || strchr(word, '=') == NULL || word[0] == '=' ||
	    word[0] == '.')
		return usage_error("with which KEY=VALUE?");
	return tell_cost(&build, word, is_json);
}
