/* SPDX-License-Identifier: ISC */
/*
 * unicc why-not: which other value of a setting or an option, which module, or
 * which two of these would bring a thing into the image.
 *
 * What a change would bring is found by building it; which are tried first is
 * found in the sources: those of modules that speak of the thing.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"
#include "audit_find.h"
#include "catalogue.h"
#include "driver.h"
#include "mention.h"
#include "variant.h"

/* Of each kind of change so many are built at most. */
enum { TRIES_MAX = 64 };

/* What would bring the thing in. */
struct answer {
	const char *kind;	/* "setting", "module", "library" */
	const char *change;	/* what to write, or what there is */
	const char *note;
	bool is_built;		/* and seen to bring it in */
	long long bytes;	/* more in the file, then */
};

struct question {
	struct build *build;	/* resolved */
	const char *thing;
	bool *is_spoken;	/* does the module of an instance speak of it? */
	struct audit now;	/* the image as it is */
	size_t tried;
	LIST(const char *) nearest;	/* of each image that was built */
	LIST(struct answer) answers;
};

static bool
is_linked(const struct build *build, const struct module *module)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		if (build->instances.at[i]->module == module)
			return true;
	return false;
}

/* ---- Trying ---------------------------------------------------------------------- */

/* Build it; true, with an answer, if that image has the thing. */
static bool
try_variant(struct question *question, const struct variant *variant,
	    const char *kind, const char *note)
{
	struct audit *then = arena_alloc(1, sizeof *then);
	const char *said, *nearest;

	if (isatty(STDERR_FILENO))
		fprintf(stderr, "building it with %s\n", variant->name);
	question->tried++;
	if (variant_build(variant, then, &said) != STATUS_OK)
		return false;
	if (audit_find(then, question->thing).list.count == 0) {
		nearest = audit_nearest(then, question->thing);
		if (nearest != NULL)
			*list_add(&question->nearest) = nearest;
		return false;
	}
	if ((int64_t)then->image.end > question->build->image.memory_bytes)
		note = arena_printf("%s%smemory = %llu * KiB", note,
				    note[0] == '\0' ? "with " : ", ",
				    (unsigned long long)(then->image.end +
							 1023) / 1024);
	*list_add(&question->answers) = (struct answer){
		kind, variant->name, note, true,
		(long long)then->file.size -
			(long long)question->now.file.size,
	};
	return true;
}

/* ---- Settings and options ---------------------------------------------------------- */

/* An option is the configuration's: no module speaks for it. */
static bool
is_likely(const struct question *question,
	  const struct alternative *alternative)
{
	size_t i;

	if (alternative->instance == NULL)
		return true;
	for (i = 0; i < question->build->instances.count; i++)
		if (question->build->instances.at[i] == alternative->instance)
			return question->is_spoken[i];
	return false;
}

/* The likely ones, or the others; the first that brings it in is enough. */
static bool
ask_settings(struct question *question, const struct alternatives *others,
	     bool is_likely_wanted)
{
	size_t i, tried = 0;

	for (i = 0; i < others->list.count && tried < TRIES_MAX; i++) {
		struct variant variant = variant_with(question->build,
						      &others->list.at[i]);

		if (is_likely(question, &others->list.at[i]) !=
		    is_likely_wanted)
			continue;
		tried++;
		if (try_variant(question, &variant, "setting", ""))
			return true;
	}
	return false;
}

/* Two at once, of which one is likely: a branch may ask for both. */
static bool
ask_pairs(struct question *question, const struct alternatives *others)
{
	size_t i, j, tried = 0;

	for (i = 0; i < others->list.count; i++)
		for (j = 0; j < others->list.count && tried < TRIES_MAX; j++) {
			const struct alternative *first = &others->list.at[i];
			const struct alternative *second = &others->list.at[j];
			struct variant variant;

			if (!is_likely(question, first) ||
			    (j <= i && is_likely(question, second)) ||
			    !variant_with_two(&variant, question->build, first,
					      second))
				continue;
			tried++;
			if (try_variant(question, &variant, "setting", ""))
				return true;
		}
	return false;
}

/* ---- Modules --------------------------------------------------------------------- */

/* With each of its values in turn, if it is not enough to have it. */
static bool
try_module(struct question *question, struct module *module)
{
	struct alternatives values = variant_module_alternatives(module);
	struct with_module with;
	size_t i;

	for (i = 0; i < values.list.count && i < TRIES_MAX; i++)
		if (variant_with_module(&with, question->build, module,
					&values.list.at[i]) &&
		    try_variant(question, &with.variant, "module",
				with.with[0] == '\0'
					? ""
					: arena_printf("with %s", with.with)))
			return true;
	return false;
}

static bool
requires(const struct module *module, const struct module *provider)
{
	size_t i, j;

	for (i = 0; i < module->requires.count; i++)
		for (j = 0; j < provider->provides_count; j++)
			if (text_equal(module->requires.at[i].interface,
				       provider->provides[j]))
				return true;
	return false;
}

/* A provider whose interface calls its user back is not built without one. */
static bool
try_users(struct question *question, const struct module *provider)
{
	const struct catalogue *catalogue = question->build->catalogue;
	size_t i;

	for (i = 0; i < catalogue->modules.count; i++) {
		struct module *module = catalogue_module(
			catalogue, catalogue->modules.at[i]->name);

		if (module != NULL && module->state == MODULE_READ &&
		    module != provider && requires(module, provider) &&
		    !is_linked(question->build, module) &&
		    try_module(question, module))
			return true;
	}
	return false;
}

/* Modules that are called so or speak of it, and are not in the image. Those
 * that cannot be built into it are named all the same. */
static void
ask_modules(struct question *question)
{
	const struct catalogue *catalogue = question->build->catalogue;
	size_t i;

	for (i = 0; i < catalogue->modules.count; i++) {
		struct module *module = catalogue_module(
			catalogue, catalogue->modules.at[i]->name);

		if (module == NULL || module->state != MODULE_READ ||
		    is_linked(question->build, module) ||
		    text_equal(module->name, "libc") ||
		    (!text_equal(module->name, question->thing) &&
		     !mention_is_in(catalogue, module, question->thing)) ||
		    try_module(question, module) ||
		    try_users(question, module))
			continue;
		*list_add(&question->answers) = (struct answer){
			"module", arena_printf("NAME = %s { ... }",
					       module->name),
			arena_printf("speaks of it%s: %s",
				     module_runs_on(module, question->build
							    ->image.platform)
					     ? ""
					     : ", on another platform",
				     module->summary),
			false, 0,
		};
	}
}

/* A file of the C library is in an image as soon as something calls it. */
static bool
ask_library(struct question *question)
{
	const char *folder = mention_package(question->build->catalogue, "musl");
	const char *source = folder == NULL ? NULL : host_join(folder, "src");
	const char **names;
	size_t count, i;

	if (source == NULL || strchr(question->thing, '/') != NULL ||
	    !host_list(source, &names, &count))
		return false;
	for (i = 0; i < count; i++)
		if (host_exists(host_join(host_join(source, names[i]),
				arena_printf("%s.c", question->thing))))
			*list_add(&question->answers) = (struct answer){
				"library",
				arena_printf("musl:src/%s/%s.c", names[i],
					     question->thing),
				"the C library has it: it comes with the "
				"first call", false, 0,
			};
	return question->answers.count != 0;
}

/* ---- What is said ------------------------------------------------------------------ */

static void
print_text(const struct question *question)
{
	size_t i;

	printf("%s: not in the image of %s\n", question->thing,
	       question->build->config_path);
	for (i = 0; i < question->answers.count; i++) {
		const struct answer *answer = &question->answers.at[i];

		printf("    %-40s  %s%s%s\n", answer->change,
		       answer->is_built
			       ? arena_printf("would bring it in, %+lld bytes",
					      answer->bytes)
			       : "",
		       answer->is_built && answer->note[0] != '\0' ? "; " : "",
		       answer->note);
	}
}

static void
print_json(const struct question *question)
{
	cJSON *whole = cJSON_CreateObject(), *array, *object;
	size_t i;

	cJSON_AddStringToObject(whole, "thing", text_utf8(question->thing));
	cJSON_AddNumberToObject(whole, "tried", (double)question->tried);
	array = cJSON_AddArrayToObject(whole, "would_bring_it");
	for (i = 0; i < question->answers.count; i++) {
		const struct answer *answer = &question->answers.at[i];

		object = cJSON_CreateObject();
		cJSON_AddItemToArray(array, object);
		cJSON_AddStringToObject(object, "kind", answer->kind);
		cJSON_AddStringToObject(object, "change",
					text_utf8(answer->change));
		cJSON_AddStringToObject(object, "note",
					text_utf8(answer->note));
		cJSON_AddBoolToObject(object, "is_built", answer->is_built);
		if (answer->is_built)
			cJSON_AddNumberToObject(object, "bytes",
						(double)answer->bytes);
	}
	answer_print(whole);
}

static int
nothing_would(const struct question *question)
{
	const struct build *build = question->build;
	struct mentions known = { 0 };
	bool is_known = false;
	const char *nearest;
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		is_known = is_known || question->is_spoken[i];
	diag(E0908, (struct where){ build->config_path, 0, 0 },
	     question->thing, "%s; %s", question->tried == 0
		? "there is no other value to try"
		: arena_printf("none of %zu changes tried brings it in",
			       question->tried),
	     is_known ? "modules of the image speak of it: it may be inlined, "
			"or nothing refers to it"
		      : "no source of the image or of the catalogue speaks of "
			"it");
	for (i = 0; i < question->nearest.count; i++)
		*list_add(&known.names) = question->nearest.at[i];
	mention_add_all(&known, build->catalogue);
	nearest = text_nearest(question->thing, known.names.at,
			       known.names.count);
	if (nearest != NULL && !text_equal(nearest, question->thing))
		diag_fix("ask for %s", nearest);
	return (int)diag_flush();
}

/* What C calls httpd_start is www_start in an image: its name there, or NULL. */
static const char *
name_in_image(const struct question *question)
{
	size_t i;

	for (i = 0; i < question->build->instances.count; i++) {
		const struct instance *instance =
			question->build->instances.at[i];
		size_t size = strlen(instance->module->name);
		const char *name;

		if (!text_starts(question->thing, instance->module->name) ||
		    question->thing[size] != '_')
			continue;
		name = arena_printf("%s%s", instance->name,
				    question->thing + size);
		if (audit_find(&question->now, name).list.count != 0)
			return name;
	}
	return NULL;
}

/* From what is likely and cheap to what is neither. */
static void
ask(struct question *question)
{
	const struct build *build = question->build;
	struct alternatives others = variant_alternatives(build);
	size_t i;

	question->is_spoken = arena_alloc(build->instances.count + 1,
					  sizeof *question->is_spoken);
	for (i = 0; i < build->instances.count; i++)
		question->is_spoken[i] = mention_is_in(
			build->catalogue, build->instances.at[i]->module,
			question->thing);
	if (ask_settings(question, &others, true) || ask_library(question))
		return;
	ask_modules(question);
	/* A macro may have made the name: no source needs to hold it. */
	if (question->answers.count == 0 &&
	    !ask_settings(question, &others, false))
		ask_pairs(question, &others);
}

static int
answer(struct build *build, const char *thing, bool is_json)
{
	struct variant now = { .config_path = build->config_path,
			       .asked = build };
	static struct question question;
	enum status status;
	const char *said;

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
	said = audit_nearest(&question.now, thing);
	if (said != NULL)
		*list_add(&question.nearest) = said;
	build->is_check_only = true;
	if (!build_open(build) || build_until(build, "resolve") != STATUS_OK)
		return (int)diag_flush();
	said = name_in_image(&question);
	if (said != NULL) {
		diag(E0907, (struct where){ build->config_path, 0, 0 }, thing,
		     "it is in the image, as %s", said);
		diag_fix("ask unicc why for that");
		return (int)diag_flush();
	}
	ask(&question);
	if (question.answers.count == 0)
		return nothing_would(&question);
	if (is_json)
		print_json(&question);
	else
		print_text(&question);
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
