/* SPDX-License-Identifier: ISC */
/*
 * unicc affected: is the function or the source file that an advisory names in
 * an image, and if it is not, what keeps it out?
 *
 * What is in the image is told by audit.json, inlined functions included. What
 * is not is looked for in the sources of the packages: a file that was not
 * compiled, a function that a setting's #if compiled out, or one that nothing
 * in the image calls. A name that no source knows is no answer: it may be
 * misspelt, and so the exit status is that of one that is there.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "affected.h"
#include "audit_lines.h"
#include "beside.h"
#include "built.h"
#include "driver.h"
#include "manifest_root.h"
#include "sbom.h"

enum verdict { VERDICT_UNKNOWN, VERDICT_ABSENT, VERDICT_AFFECTED };

static const char *const verdict_words[] = {
	"unknown", "not affected", "affected",
};

struct question {
	const char *name;	/* "tcp_input", "tcp_in.c" */
	bool is_file;
	const char *image_path;
	struct build build;	/* catalogue */
	struct manifest manifest;
	struct shares shares;
	/* The answer. */
	enum verdict verdict;
	LIST(const char *) reasons;
};

static void
answer(struct question *question, enum verdict verdict, const char *reason)
{
	if (verdict > question->verdict) {
		question->verdict = verdict;
		question->reasons.count = 0;
	}
	if (verdict == question->verdict)
		*list_add(&question->reasons) = reason;
}

/* "src/core/tcp_in.c" or "tcp_in.c" for "lwip:src/core/tcp_in.c". */
static bool
is_file_called(const char *label, const char *name)
{
	size_t size = strlen(label), name_size = strlen(name);

	return text_equal(label, name) ||
	       (size > name_size && text_ends(label, name) &&
		strchr("/:", label[size - name_size - 1]) != NULL);
}

/* ---- What is in the image -------------------------------------------------- */

static void
look_in_image(struct question *question)
{
	size_t i;

	for (i = 0; i < question->shares.count; i++) {
		const struct share *share = &question->shares.at[i];

		if (question->is_file
			    ? !is_file_called(share->label, question->name)
			    : !text_equal(share->name, question->name))
			continue;
		answer(question, VERDICT_AFFECTED,
		       arena_printf("%s%s of %s: %zu bytes",
				    share->name[0] == '\0' ? "data"
				    : share->is_object     ? "object "
							   : "function ",
				    share->name, share->label, share->bytes));
	}
}

/* ---- What is not ----------------------------------------------------------- */

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

static const char *
show_setting(const struct question *question, const char *instance_name,
	     const char *setting)
{
	const cJSON *instance, *row;

	cJSON_ArrayForEach(instance, manifest_field(&question->manifest,
						    "instances")) {
		if (!text_equal(manifest_text(instance, "name"),
				instance_name))
			continue;
		cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(
						instance, "settings")) {
			if (text_equal(manifest_text(row, "name"), setting))
				return arena_printf(
					"%s.%s = %s (%s)", instance_name,
					setting, manifest_text(row, "value"),
					manifest_text(row, "origin"));
		}
	}
	return arena_printf("%s.%s is not given", instance_name, setting);
}

/* The setting of an instance of the image that gives this macro its value. */
static const char *
setting_of(const struct question *question, const char *macro)
{
	const struct catalogue *catalogue = question->build.catalogue;
	const cJSON *row;
	size_t i;

	cJSON_ArrayForEach(row, manifest_field(&question->manifest,
					       "instances")) {
		struct module *module = catalogue_module(
			catalogue, manifest_text(row, "module"));

		for (i = 0; module != NULL && i < module->settings.count; i++)
			if (module->settings.at[i].option != NULL &&
			    text_equal(module->settings.at[i].option, macro))
				return show_setting(
					question, manifest_text(row, "name"),
					module->settings.at[i].name);
	}
	return NULL;
}

/* A condition with what decides it: the first macro that a setting gives. */
static const char *
explain_condition(const struct question *question, const char *condition)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
	const char *at = condition, *setting;

	while (*at != '\0') {
		size_t size = strspn(at, letters);

		if (size == 0) {
			at++;
			continue;
		}
		setting = setting_of(question, arena_copy_n(at, size));
		if (setting != NULL)
			return arena_printf("%s, by %s", condition, setting);
		at += size;
	}
	return condition;
}

/*
 * Calls between instances carry the instance's name: netif_send of nic is
 * nic_netif_send, and httpd_start of www is www_start.
 */
static bool
is_renamed(const struct question *question, const char *linked)
{
	const char *name = question->name;
	const cJSON *row;

	cJSON_ArrayForEach(row, manifest_field(&question->manifest,
					       "instances")) {
		const char *instance = manifest_text(row, "name");
		const char *module = manifest_text(row, "module");
		size_t size = strlen(instance);

		if (strncmp(linked, instance, size) != 0 ||
		    linked[size] != '_')
			continue;
		if (text_equal(linked + size + 1, name) ||
		    (text_starts(name, module) &&
		     text_equal(linked + size, name + strlen(module))))
			return true;
	}
	return false;
}

static bool
look_for_renamed(struct question *question, const char *label)
{
	bool is_found = false;
	size_t i;

	for (i = 0; i < question->shares.count; i++) {
		const struct share *share = &question->shares.at[i];

		if (!text_equal(share->label, label) ||
		    !is_renamed(question, share->name))
			continue;
		answer(question, VERDICT_AFFECTED,
		       arena_printf("function %s of %s, there %s: %zu bytes",
				    share->name, label, question->name,
				    share->bytes));
		is_found = true;
	}
	return is_found;
}

static void
look_in_source(struct question *question, const char *label,
	       struct bytes text)
{
	const char *condition, *why;

	if (question->is_file) {
		if (is_file_called(label, question->name))
			answer(question, VERDICT_ABSENT,
			       is_compiled(question, label)
				       ? arena_printf("%s is compiled, and "
						      "nothing of it is "
						      "reached", label)
				       : arena_printf("%s is not compiled",
						      label));
		return;
	}
	if (!affected_find(text, question->name, &condition) ||
	    look_for_renamed(question, label))
		return;
	if (!is_compiled(question, label))
		why = arena_printf("%s, where it is defined, is not compiled",
				   label);
	else if (condition[0] != '\0')
		why = arena_printf("%s defines it under #if %s: it is left out, "
				   "or nothing in the image calls it", label,
				   explain_condition(question, condition));
	else
		why = arena_printf("%s defines it, and nothing in the image "
				   "calls it", label);
	answer(question, VERDICT_ABSENT, why);
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

		if (text_ends(names[i], ".c") || text_ends(names[i], ".h") ||
		    text_ends(names[i], ".s") || text_ends(names[i], ".S")) {
			if (host_read(path, &text))
				look_in_source(question, inner, text);
		} else {
			look_in_folder(question, path,
				       arena_printf("%s/", inner));
		}
	}
}

static void
look_elsewhere(struct question *question)
{
	static const char *const own[] = { "kernel", "drivers", "stdlib" };
	const struct catalogue *catalogue = question->build.catalogue;
	const char *folder;
	size_t i;

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

/* ---- The command ----------------------------------------------------------- */

/* What is to be known of the image; false after diag(). */
static bool
read_image(struct question *question, const char *path)
{
	const char *image_path = built_image(path), *wrong;
	struct elf_image image;
	struct bytes bytes;

	if (image_path == NULL)
		return false;
	question->image_path = image_path;
	wrong = host_read(image_path, &bytes) ? elf_read(bytes, &image)
					      : host_read_error();
	if (wrong != NULL) {
		diag(E0606, (struct where){ image_path, 0, 0 }, NULL, "%s",
		     wrong);
		return false;
	}
	path = host_join(host_folder_of(image_path), audit_file);
	if (!beside_manifest(image_path, bytes, &image, &question->manifest) ||
	    !beside_read(&question->manifest, audit_file, path, &bytes))
		return false;
	question->shares = sbom_shares(bytes);
	if (question->shares.count == 0)
		diag(E0902, (struct where){ path, 0, 0 }, NULL,
		     "it accounts for nothing");
	return diag_count() == 0;
}

static void
print_json(const struct question *question)
{
	cJSON *whole = cJSON_CreateObject(), *array;
	char *text;
	size_t i;

	cJSON_AddStringToObject(whole, "name", text_utf8(question->name));
	cJSON_AddStringToObject(whole, "verdict",
				verdict_words[question->verdict]);
	array = cJSON_AddArrayToObject(whole, "reasons");
	for (i = 0; i < question->reasons.count; i++)
		cJSON_AddItemToArray(array,
				     cJSON_CreateString(text_utf8(
					     question->reasons.at[i])));
	text = cJSON_Print(whole);
	printf("%s\n", text == NULL ? "" : text);
	free(text);
	cJSON_Delete(whole);
}

static void
print_text(const struct question *question)
{
	size_t i;

	printf("%s: %s\n", question->name, verdict_words[question->verdict]);
	for (i = 0; i < question->reasons.count; i++)
		printf("    %s\n", question->reasons.at[i]);
}

static int
judge(const struct question *question)
{
	struct where where = { question->image_path, 0, 0 };

	if (question->verdict == VERDICT_AFFECTED) {
		diag(E1007, where, question->name, "it is in the image");
	} else if (question->verdict == VERDICT_UNKNOWN) {
		diag(E1008, where, question->name,
		     "no source that unicc knows has it");
		diag_fix("check how it is spelt, and which version of which "
			 "package the advisory is about: the image's are in "
			 "NAME.spdx.json");
	}
	return (int)diag_flush();
}

int
command_affected(int argc, char **argv)
{
	struct question question = { 0 };
	const char *path = NULL;
	bool is_json = false;
	int i;

	for (i = 1; i < argc; i++)
		if (text_equal(argv[i], "--json"))
			is_json = true;
		else if (text_equal(argv[i], "--errors=json"))
			diag_json = true;
		else if (argv[i][0] == '-' || argv[i][0] == '\0' ||
			 question.name != NULL)
			return usage_unknown(argv[i]);
		else if (path == NULL)
			path = argv[i];
		else
			question.name = argv[i];
	if (question.name == NULL)
		return usage_error("which image, and which function or source "
				   "file?");
	question.is_file = strpbrk(question.name, "./:") != NULL;
	if (!read_image(&question, path))
		return (int)diag_flush();
	look_in_image(&question);
	if (question.verdict != VERDICT_AFFECTED) {
		if (!build_open(&question.build))
			return (int)diag_flush();
		look_elsewhere(&question);
	}
	if (is_json)
		print_json(&question);
	else
		print_text(&question);
	manifest_close(&question.manifest);
	return judge(&question);
}
