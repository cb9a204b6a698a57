/* SPDX-License-Identifier: ISC */
/*
 * Looking for what is not in an image in the sources that it could be of: a
 * file that was not compiled, a function that an #if left out, or one of which
 * the linker dropped the code. A macro that a compiled file defines proves
 * nothing: it leaves no trace.
 */
#include <string.h>

#include "affected.h"
#include "unicc.h"

static bool
is_compiled(const struct question *question, const char *label)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, manifest_field(&question->manifest,
					       "sources")) {
		if (text_equal(manifest_text(row, "name"), label))
			return true;
	}
	return false;
}

static bool
is_dropped(const struct question *question, const char *label)
{
	size_t i;

	for (i = 0; i < question->names.list.count; i++)
		if (text_equal(question->names.list.at[i].label, label) &&
		    text_equal(question->names.list.at[i].name,
			       question->name))
			return true;
	return false;
}

static void
look_for_file(struct question *question, const char *label)
{
	if (!affected_is_file(question, label))
		return;
	if (!is_compiled(question, label))
		affected_answer(question, VERDICT_ABSENT,
				arena_printf("%s is not compiled%s", label,
					     affected_why_file(question,
							       label)));
	else if (text_ends(label, ".h"))
		*list_add(&question->traceless) = arena_printf(
			"no function or object of %s is there, but it is "
			"compiled, and may define macros", label);
	else
		affected_answer(question, VERDICT_ABSENT,
				arena_printf("%s is compiled, and nothing of "
					     "it is reached", label));
}

static const char *
why_function(const struct question *question, const char *label,
	     const char *condition)
{
	if (!is_compiled(question, label))
		return arena_printf("%s, where it is defined, is not "
				    "compiled%s", label,
				    affected_why_file(question, label));
	if (condition[0] == '\0' || is_dropped(question, label))
		return arena_printf("%s defines it, and nothing in the image "
				    "calls it", label);
	return arena_printf("%s defines it under #if %s, which leaves it out%s",
			    label, condition,
			    affected_why_condition(question, condition));
}

static void
look_for_function(struct question *question, const char *label,
		  struct bytes text)
{
	const char *condition;

	switch (affected_find(text, question->name, &condition)) {
	case DEFINITION_NONE:
		return;
	case DEFINITION_FUNCTION:
		affected_answer(question, VERDICT_ABSENT,
				why_function(question, label, condition));
		return;
	case DEFINITION_MACRO:
		if (is_compiled(question, label))
			*list_add(&question->traceless) = arena_printf(
				"a macro of %s, which is compiled", label);
		return;
	}
}

static bool
is_source(const char *name)
{
	static const char *const endings[] = { ".c", ".h", ".s", ".S" };
	size_t i;

	for (i = 0; i < countof(endings); i++)
		if (text_ends(name, endings[i]))
			return true;
	return false;
}

static void
look_in_folder(struct question *question, const char *folder,
	       const char *label)
{
	const char **names;
	struct bytes text;
	size_t count, i;

	if (!host_list(folder, &names, &count))
		return;
	for (i = 0; i < count; i++) {
		const char *path = host_join(folder, names[i]);
		const char *inner = arena_printf("%s%s", label, names[i]);

		if (!is_source(names[i]))
			look_in_folder(question, path,
				       arena_printf("%s/", inner));
		else if (question->is_file)
			look_for_file(question, inner);
		else if (host_read(path, &text))
			look_for_function(question, inner, text);
	}
}

/* Of a user's own modules there are no sources here: what the compiler saw of
 * them is in the debug file. */
static void
look_for_dropped(struct question *question)
{
	size_t i;

	for (i = 0; i < question->names.list.count; i++) {
		const struct linked_name *linked =
			&question->names.list.at[i];

		if (text_starts(linked->label, "config/") &&
		    text_equal(linked->name, question->name))
			affected_answer(question, VERDICT_ABSENT,
					why_function(question, linked->label,
						     ""));
	}
}

/* Files of the same. */
static void
look_for_compiled(struct question *question)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, manifest_field(&question->manifest,
					       "sources")) {
		const char *label = manifest_text(row, "name");

		if (text_starts(label, "config/"))
			look_for_file(question, label);
	}
}

void
affected_look_in_sources(struct question *question)
{
	static const char *const own[] = { "kernel", "drivers", "stdlib" };
	const struct catalogue *catalogue = question->catalogue;
	const char *folder;
	size_t i;

	if (question->is_file)
		look_for_compiled(question);
	else
		look_for_dropped(question);
	for (i = 0; i < countof(own); i++)
		look_in_folder(question, host_join(catalogue->root, own[i]),
			       arena_printf("%s/", own[i]));
	for (i = 0; i < catalogue->packages_count; i++) {
		folder = sources_folder(&catalogue->packages[i]);
		if (folder != NULL)
			look_in_folder(question, folder,
				       arena_printf("%s:",
					       catalogue->packages[i].name));
	}
}
