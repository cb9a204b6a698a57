/* SPDX-License-Identifier: ISC */
/* Variants: see variant.h. */
#include "variant.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"
#include "label.h"
#include "store.h"

/* ---- Building ------------------------------------------------------------------- */

struct work {
	const struct variant *variant;
	const char *folder;
};

/* In the child: what a build of the changed configuration says goes to a
 * file, and it ends as that build would. */
static void
build_here(void *context)
{
	const struct work *work = context;
	const struct variant *variant = work->variant;
	struct build build = { 0 };
	size_t i;
	int said = open(host_join(work->folder, "said"),
			O_WRONLY | O_CREAT | O_TRUNC, 0666);

	if (said < 0 || dup2(said, STDERR_FILENO) < 0 ||
	    dup2(said, STDOUT_FILENO) < 0)
		_exit(STATUS_MACHINE);
	label_clear();
	if (variant->asked != NULL) {
		build.given = variant->asked->given;
		build.env_paths = variant->asked->env_paths;
	}
	build.config_path = variant->config_path;
	build.appended = variant->lines;
	build.appended_name = variant->name;
	for (i = 0; i < variant->left_out_count; i++)
		*list_add(&build.left_out) = variant->left_out[i];
	build.is_unchecked = variant->is_unchecked;
	build.out_path = work->folder;
	build.stamps_name = arena_printf("%s/variant", build.config_path);
	build.is_out_given = true;
	if (!build_open(&build))
		exit((int)diag_flush());
	exit((int)build_until(&build, "package"));
}

enum status
variant_build(const struct variant *variant, struct audit *audit,
	      const char **said)
{
	const char *scratch = host_scratch_folder();
	struct work work = { variant, NULL };
	struct bytes text;
	int status;

	*said = "";
	work.folder = scratch == NULL ? NULL : host_join(scratch, "variant");
	if (work.folder == NULL || !host_make_folders(work.folder)) {
		*said = arena_printf("%s\n", strerror(errno));
		return STATUS_MACHINE;
	}
	/* The child makes one of its own. */
	store_remove_work();
	status = host_run_function(build_here, &work);
	if (host_read(host_join(work.folder, "said"), &text))
		*said = arena_copy_n((const char *)text.at, text.size);
	if (status == STATUS_OK && !audit_of_path(audit, work.folder))
		status = (int)diag_flush();
	host_remove_folder(work.folder);
	return status < 0 || status > STATUS_CONTRACT ? STATUS_MACHINE
						      : (enum status)status;
}

/* ---- Lines ---------------------------------------------------------------------- */

static const struct instance *
find_instance(const struct build *build, const char *name)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		if (text_equal(build->instances.at[i]->name, name))
			return build->instances.at[i];
	return NULL;
}

/* One that is implied is written down for the purpose. */
const char *
variant_setting(const struct instance *instance, const char *setting,
		const char *value)
{
	if (text_equal(instance->module->name, "kernel"))
		return arena_printf("kernel { %s = %s }\n", setting, value);
	if (instance->origin.kind == ORIGIN_IMPLIED)
		return arena_printf("instance(\"%s\", %s { %s = %s })\n",
				    instance->name, instance->module->name,
				    setting, value);
	return arena_printf("override(%s, { %s = %s })\n", instance->name,
			    setting, value);
}

static bool
has_setting(const struct module *module, const char *name)
{
	size_t i;

	for (i = 0; i < module->settings.count; i++)
		if (text_equal(module->settings.at[i].name, name))
			return true;
	for (i = 0; i < module->requires.count; i++)
		if (text_equal(module->requires.at[i].slot, name))
			return true;
	return false;
}

static const char *
unknown_instance(const struct build *build, const char *name)
{
	size_t count = build->instances.count, i;
	const char **names = arena_alloc(count + 1, sizeof *names), *nearest;

	for (i = 0; i < count; i++)
		names[i] = build->instances.at[i]->name;
	diag(E0202, (struct where){ build->config_path, 0, 0 }, name,
	     "there is no such instance");
	nearest = text_nearest(name, names, count);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
	return NULL;
}

const char *
variant_lines(const struct build *build, const char *word)
{
	const char *equals = strchr(word, '='), *key, *dot, *setting;
	const struct instance *instance;

	key = arena_copy_n(word, (size_t)(equals - word));
	dot = strchr(key, '.');
	setting = dot + 1;
	instance = find_instance(build,
				 arena_copy_n(key, (size_t)(dot - key)));
	if (instance == NULL)
		return unknown_instance(build,
					arena_copy_n(key, (size_t)(dot - key)));
	if (!has_setting(instance->module, setting)) {
		diag(E0201, (struct where){ build->config_path, 0, 0 }, key,
		     "%s has no such setting", instance->module->name);
		diag_fix("ask unicc doc %s", instance->module->name);
		return NULL;
	}
	return variant_setting(instance, setting, equals + 1);
}

int
variant_words(struct build *build, const char **word, bool *is_json, int argc,
	      char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		if (text_equal(argv[i], "--json"))
			*is_json = true;
		else if (!text_equal(argv[i], "-o") &&
			 !text_equal(argv[i], "-v") &&
			 build_option(build, argc, argv, &i))
			continue;
		else if (argv[i][0] == '-' || argv[i][0] == '\0' ||
			 *word != NULL)
			return usage_unknown(argv[i]);
		else if (build->config_path == NULL)
			build->config_path = argv[i];
		else
			*word = argv[i];
	}
	if (build->config_path == NULL)
		return usage_error("which configuration?");
	return STATUS_OK;
}
