/* SPDX-License-Identifier: ISC */
/*
 * unicc why-not: which other value of a setting, or which module, would bring a
 * thing into the image.
 *
 * What a setting would bring is found by building it; which are tried first is
 * found in the sources: those of modules that speak of the thing.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit_find.h"
#include "driver.h"
#include "variant.h"

struct question {
	struct build *build;	/* evaluated */
	const char *thing;
	struct audit now;	/* the image as it is */
};

/* What would bring the thing in. */
struct answer {
	const char *kind;	/* "setting", "module", "library" */
	const char *change;	/* what to write, or what there is */
	const char *note;
	long long bytes;	/* more in the file; 0: not known */
};

struct answers {
	LIST(struct answer) list;
};

static void
add_answer(struct answers *answers, const char *kind, const char *change,
	   const char *note)
{
	*list_add(&answers->list) = (struct answer){ kind, change, note, 0 };
}

/* ---- Sources --------------------------------------------------------------------- */

static bool
file_has(const char *path, const char *thing)
{
	struct bytes text;

	return host_read(path, &text) &&
	       memmem(text.at, text.size, thing, strlen(thing)) != NULL;
}

static const char *
package_folder(const struct catalogue *catalogue, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < catalogue->packages_count; i++)
		if (text_equal(catalogue->packages[i].name, name))
			return sources_folder(&catalogue->packages[i]);
	return NULL;
}

/* Does a file of the module speak of the thing? */
static bool
module_has(const struct catalogue *catalogue, const struct module *module,
	   const char *thing)
{
	const char *folder, **names;
	size_t count, i;

	if (host_list(module->folder, &names, &count))
		for (i = 0; i < count; i++)
			if ((text_ends(names[i], ".c") ||
			     text_ends(names[i], ".h")) &&
			    file_has(host_join(module->folder, names[i]),
				     thing))
				return true;
	folder = package_folder(catalogue, module->package);
	for (i = 0; folder != NULL && i < module->package_files_count; i++)
		if (file_has(host_join(folder, module->package_files[i]),
			     thing))
			return true;
	return false;
}

static bool
is_linked(const struct build *build, const struct module *module)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		if (build->instances.at[i]->module == module)
			return true;
	return false;
}

/* ---- Answers --------------------------------------------------------------------- */

static bool
is_for(const struct module *module, const struct platform *platform)
{
	size_t i;

	for (i = 0; i < module->platforms_count; i++)
		if (text_equal(module->platforms[i], platform->name))
			return true;
	return module->platforms_count == 0;
}

/* Modules that are called so or speak of it, and are not in the image. */
static void
ask_modules(const struct question *question, struct answers *answers)
{
	const struct catalogue *catalogue = question->build->catalogue;
	size_t i;

	for (i = 0; i < catalogue->modules.count; i++) {
		const struct module *module = catalogue_module(
			catalogue, catalogue->modules.at[i]->name);

		if (module == NULL || is_linked(question->build, module) ||
		    (!text_equal(module->name, question->thing) &&
		     !module_has(catalogue, module, question->thing)) ||
		    text_equal(module->name, "libc"))
			continue;
		add_answer(answers, "module",
			   arena_printf("NAME = %s { ... }", module->name),
			   is_for(module, question->build->image.platform)
				   ? module->summary
				   : arena_printf("%s; on another platform than "
						  "%s", module->summary,
						  question->build->image
							  .platform->name));
	}
}

/* A file of the C library is in an image as soon as something calls it. */
static void
ask_library(const struct question *question, struct answers *answers)
{
	const char *folder = package_folder(question->build->catalogue, "musl");
	const char *source = folder == NULL ? NULL : host_join(folder, "src");
	const char **names;
	size_t count, i;

	if (source == NULL || strchr(question->thing, '/') != NULL ||
	    !host_list(source, &names, &count))
		return;
	for (i = 0; i < count; i++)
		if (host_exists(host_join(host_join(source, names[i]),
				arena_printf("%s.c", question->thing))))
			add_answer(answers, "library",
				   arena_printf("musl:src/%s/%s.c", names[i],
						question->thing),
				   "the C library has it: it comes with the "
				   "first call");
}

/* True if this value brings it in. */
static bool
try_alternative(const struct question *question,
		const struct alternative *other, struct answers *answers)
{
	struct audit *then = arena_alloc(1, sizeof *then);
	struct variant variant = variant_with(question->build, other);
	const char *said;

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "building it with %s\n", other->shown);
	if (variant_build(&variant, then, &said) != STATUS_OK ||
	    audit_find(then, question->thing).list.count == 0)
		return false;
	add_answer(answers, "setting", other->shown, "");
	answers->list.at[answers->list.count - 1].bytes =
		(long long)then->file.size -
		(long long)question->now.file.size;
	return true;
}

/* Values of settings whose modules do, or do not, speak of it; the first that
 * brings it in is enough. True if any module of the image speaks of it. */
static bool
ask_settings(const struct question *question, struct answers *answers,
	     bool is_spoken_of)
{
	struct alternatives others = variant_alternatives(question->build);
	const struct catalogue *catalogue = question->build->catalogue;
	bool is_known = false, *is_spoken;
	size_t i, j;

	is_spoken = arena_alloc(question->build->instances.count + 1,
				sizeof *is_spoken);
	for (i = 0; i < question->build->instances.count; i++) {
		is_spoken[i] = module_has(
			catalogue, question->build->instances.at[i]->module,
			question->thing);
		is_known = is_known || is_spoken[i];
	}
	for (i = 0; i < others.list.count; i++) {
		const struct alternative *other = &others.list.at[i];

		for (j = 0; question->build->instances.at[j] !=
			    other->instance; j++)
			;
		if (is_spoken[j] == is_spoken_of &&
		    try_alternative(question, other, answers))
			break;
	}
	return is_known;
}

/* ---- What is said ------------------------------------------------------------------ */

static void
print_text(const struct question *question, const struct answers *answers)
{
	size_t i;

	printf("%s: not in the image of %s\n", question->thing,
	       question->build->config_path);
	for (i = 0; i < answers->list.count; i++) {
		const struct answer *answer = &answers->list.at[i];

		printf("    %-40s  %s%s\n", answer->change,
		       text_equal(answer->kind, "setting")
			       ? arena_printf("would bring it in, %+lld bytes",
					      answer->bytes)
			       : "",
		       answer->note);
	}
}

static void
print_json(const struct question *question, const struct answers *answers)
{
	cJSON *whole = cJSON_CreateObject(), *array, *object;
	char *text;
	size_t i;

	cJSON_AddStringToObject(whole, "thing", text_utf8(question->thing));
	array = cJSON_AddArrayToObject(whole, "would_bring_it");
	for (i = 0; i < answers->list.count; i++) {
		const struct answer *answer = &answers->list.at[i];

		object = cJSON_CreateObject();
		cJSON_AddItemToArray(array, object);
		cJSON_AddStringToObject(object, "kind", answer->kind);
		cJSON_AddStringToObject(object, "change",
					text_utf8(answer->change));
		cJSON_AddStringToObject(object, "note",
					text_utf8(answer->note));
		if (text_equal(answer->kind, "setting"))
			cJSON_AddNumberToObject(object, "bytes",
						(double)answer->bytes);
	}
	text = cJSON_Print(whole);
	puts(text == NULL ? "" : text);
	free(text);
	cJSON_Delete(whole);
}

static int
nothing_would(const struct question *question, bool is_known)
{
	diag(E0908, (struct where){ question->build->config_path, 0, 0 },
	     question->thing, is_known
		? "modules of the image speak of it, and no other value of a "
		  "setting with few values brings it in: it may be inlined, or "
		  "nothing refers to it"
		: "no source of the image or of the catalogue speaks of it");
	return (int)diag_flush();
}

static int
answer(struct build *build, const char *thing, bool is_json)
{
	struct variant now = { .config_path = build->config_path,
			       .asked = build };
	static struct question question;
	struct answers answers = { 0 };
	enum status status;
	const char *said;
	bool is_known;

	question.build = build;
	question.thing = thing;
	status = variant_build(&now, &question.now, &said);
	if (status != STATUS_OK) {
		fputs(said, stderr);
		return (int)status;
	}
	if (audit_find(&question.now, thing).list.count != 0) {
		diag(E0907, (struct where){ build->config_path, 0, 0 }, thing,
		     "it is in the image");
		diag_fix("ask unicc why");
		return (int)diag_flush();
	}
	build->is_check_only = true;
	if (!build_open(build) || build_until(build, "resolve") != STATUS_OK)
		return (int)diag_flush();
	is_known = ask_settings(&question, &answers, true);
	if (answers.list.count == 0) {
		ask_modules(&question, &answers);
		ask_library(&question, &answers);
	}
	/* A macro may have made the name: no source needs to hold it. */
	if (answers.list.count == 0)
		ask_settings(&question, &answers, false);
	if (answers.list.count == 0)
		return nothing_would(&question, is_known);
	if (is_json)
		print_json(&question, &answers);
	else
		print_text(&question, &answers);
	return (int)diag_flush();
}

int
command_why_not(int argc, char **argv)
{
	struct build build = { 0 };
	const char *thing = NULL;
	bool is_json = false;
	int status = variant_words(&build, &thing, &is_json, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (thing == NULL)
		return usage_error("why not what?");
	return answer(&build, thing, is_json);
}
