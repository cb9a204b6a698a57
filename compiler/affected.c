/* SPDX-License-Identifier: ISC */
/*
 * unicc affected: is the function or the source file that an advisory names in
 * an image, and if it is not, what keeps it out?
 *
 * What is in the image is told by audit.json and by the debug file: bytes by
 * source and function, functions that were inlined whole or folded with others,
 * and symbols. What is not is looked for in the sources. A name that no source
 * knows is no answer, and neither is a macro; so the exit status is that of one
 * that is there.
 */
#include "affected.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "audit_lines.h"
#include "beside.h"
#include "built.h"
#include "driver.h"
#include "elf_linked.h"
#include "trial.h"

static const char *const verdict_words[] = {
	"unknown", "not affected", "affected",
};

void
affected_answer(struct question *question, enum verdict verdict,
		const char *reason)
{
	size_t i;

	if (verdict > question->verdict) {
		question->verdict = verdict;
		question->reasons.count = 0;
	}
	for (i = 0; i < question->reasons.count; i++)
		if (text_equal(question->reasons.at[i], reason))
			return;
	if (verdict == question->verdict)
		*list_add(&question->reasons) = reason;
}

/* ---- Names ----------------------------------------------------------------- */

static bool
is_called(const char *label, const char *name)
{
	size_t size = strlen(label), name_size = strlen(name);

	return text_equal(label, name) ||
	       (size > name_size && text_ends(label, name) &&
		strchr("/:", label[size - name_size - 1]) != NULL);
}

bool
affected_is_file(const struct question *question, const char *label)
{
	const char *name = question->name, *slash;

	if (is_called(label, name))
		return true;
	/* The folder that it lies in elsewhere: "lwip-2.1.3/src/core/tcp.c". */
	slash = strchr(name, '/');
	return slash != NULL && strchr(slash + 1, '/') != NULL &&
	       is_called(label, slash + 1);
}

static bool
is_interface_call(const struct question *question, const char *name)
{
	const struct catalogue *catalogue = question->catalogue;
	size_t i;

	for (i = 0; i < catalogue->interfaces_count; i++)
		if (text_starts(name, catalogue->interfaces[i].name) &&
		    name[strlen(catalogue->interfaces[i].name)] == '_')
			return true;
	return false;
}

/*
 * Calls between instances carry the instance's name: netif_send of nic is
 * nic_netif_send, and httpd_start of www is www_start.
 */
bool
affected_is_renamed(const struct question *question, const char *linked)
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
		if ((text_equal(linked + size + 1, name) &&
		     is_interface_call(question, name)) ||
		    (text_starts(name, module) &&
		     text_equal(linked + size, name + strlen(module))))
			return true;
	}
	return false;
}

/* ---- What is in the image -------------------------------------------------- */

static const char *
show_share(const struct share *share)
{
	if (share->name[0] == '\0')
		return arena_printf("data of %s: %zu bytes", share->label,
				    share->bytes);
	if (share->bytes == 0 && share->is_object)
		return arena_printf("object %s of %s: zero at the start",
				    share->name, share->label);
	if (share->bytes == 0)
		return arena_printf("function %s of %s: inlined or folded, "
				    "its code is told of others", share->name,
				    share->label);
	return arena_printf("%s %s of %s: %zu bytes",
			    share->is_object ? "object" : "function",
			    share->name, share->label, share->bytes);
}

/* By symbols: second names, and code that has no lines. */
static void
look_for_symbol(struct question *question)
{
	struct linked linked;
	size_t i;

	if (linked_read(question->debug, &linked) != NULL)
		return;
	for (i = 0; i < linked.symbols_count; i++) {
		const struct linked_symbol *symbol = &linked.symbols[i];

		if (text_equal(symbol->name, question->name) &&
		    symbol->section != 0)
			affected_answer(question, VERDICT_AFFECTED,
					arena_printf("symbol %s at 0x%llx",
						     symbol->name,
						     (unsigned long long)
							     symbol->address));
	}
}

static void
look_in_image(struct question *question)
{
	size_t i;

	for (i = 0; i < question->shares.count; i++) {
		const struct share *share = &question->shares.at[i];

		if (question->is_file
			    ? affected_is_file(question, share->label)
			    : text_equal(share->name, question->name))
			affected_answer(question, VERDICT_AFFECTED,
					show_share(share));
		else if (!question->is_file &&
			 affected_is_renamed(question, share->name))
			affected_answer(question, VERDICT_AFFECTED,
					arena_printf("%s, there %s",
						     show_share(share),
						     question->name));
	}
	if (!question->is_file && question->verdict != VERDICT_AFFECTED)
		look_for_symbol(question);
}

/* A macro of a file that was compiled may be anywhere. */
static void
look_elsewhere(struct question *question)
{
	size_t i;

	affected_look_in_sources(question);
	if (question->traceless.count == 0)
		return;
	question->verdict = VERDICT_UNKNOWN;
	question->reasons.count = 0;
	for (i = 0; i < question->traceless.count; i++)
		affected_answer(question, VERDICT_UNKNOWN,
				question->traceless.at[i]);
}

/* ---- The command ----------------------------------------------------------- */

static void
try_names(void *context)
{
	struct linked_names names = { .list = { 0 } };
	struct question *question = context;

	linked_names_read(question->debug, &names);
}

/* What lies beside the image; false after diag(). */
static bool
read_beside(struct question *question, struct bytes file,
	    const struct elf_image *image)
{
	const char *path = question->image_path;
	const char *audit = host_join(host_folder_of(path), audit_file);
	const char *debug = built_beside(path, ".debug");
	struct bytes json;

	if (!beside_manifest(path, file, image, &question->manifest) ||
	    !beside_read(&question->manifest, audit_file, audit, &json) ||
	    !beside_read(&question->manifest, ".debug", debug,
			 &question->debug))
		return false;
	if (!trial(try_names, question)) {
		diag(E0902, (struct where){ debug, 0, 0 }, NULL,
		     "its names cannot be read");
		return false;
	}
	question->shares = sbom_shares(json, question->debug);
	linked_names_read(question->debug, &question->names);
	if (question->shares.count == 0)
		diag(E0902, (struct where){ audit, 0, 0 }, NULL,
		     "it accounts for nothing");
	return diag_count() == 0;
}

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
	return read_beside(question, bytes, &image);
}

static void
print_json(const struct question *question)
{
	cJSON *whole = cJSON_CreateObject(), *array;
	size_t i;

	cJSON_AddStringToObject(whole, "name", text_utf8(question->name));
	cJSON_AddStringToObject(whole, "verdict",
				verdict_words[question->verdict]);
	array = cJSON_AddArrayToObject(whole, "reasons");
	for (i = 0; i < question->reasons.count; i++)
		cJSON_AddItemToArray(array,
				     cJSON_CreateString(text_utf8(
					     question->reasons.at[i])));
	answer_print(whole);
}

static void
print_text(const struct question *question)
{
	size_t i;

	printf("%s: %s\n", question->name, verdict_words[question->verdict]);
	for (i = 0; i < question->reasons.count; i++)
		printf("    %s\n", question->reasons.at[i]);
}

static const char *
nearest(const struct question *question)
{
	LIST(const char *) words = { 0 };
	size_t i;

	for (i = 0; i < question->shares.count; i++)
		*list_add(&words) =
			question->is_file
				? built_name(question->shares.at[i].label)
				: question->shares.at[i].name;
	for (i = 0; !question->is_file && i < question->names.list.count;
	     i++)
		*list_add(&words) = question->names.list.at[i].name;
	return text_nearest(question->name, words.at, words.count);
}

static void
judge_unknown(const struct question *question)
{
	const char *near = nearest(question);

	if (question->traceless.count != 0) {
		diag(E1008, (struct where){ question->image_path, 0, 0 },
		     question->name, "macros leave no trace");
		diag_fix("look in the sources for what uses %s, and ask for "
			 "that", question->is_file ? "those it defines" : "it");
		return;
	}
	diag(E1008, (struct where){ question->image_path, 0, 0 },
	     question->name, "no source that unicc knows has it");
	diag_fix("check how it is spelt%s%s, and which version of which "
		 "package the advisory is about: the image's are in "
		 "NAME.spdx.json", near == NULL ? "" : " (is it ",
		 near == NULL ? "" : arena_printf("%s?)", near));
}

static int
judge(const struct question *question)
{
	struct where where = { question->image_path, 0, 0 };

	if (question->verdict == VERDICT_AFFECTED)
		diag(E1007, where, question->name, "it is in the image");
	else if (question->verdict == VERDICT_UNKNOWN)
		judge_unknown(question);
	return (int)diag_flush();
}

/* As it may stand in an advisory or a patch: "tcp_input()", "./a.c", "b/a.c". */
static void
take_name(struct question *question, const char *name)
{
	if (text_ends(name, "()"))
		name = arena_copy_n(name, strlen(name) - 2);
	question->is_file = strpbrk(name, "./:") != NULL;
	while (text_starts(name, "./") || name[0] == '/')
		name += name[0] == '/' ? 1 : 2;
	question->name = name;
}

int
command_affected(int argc, char **argv)
{
	struct question question = { .name = NULL };
	const char *path = NULL, *name = NULL;
	struct build build = { 0 };
	bool is_json = false;
	int i;

	for (i = 1; i < argc; i++)
		if (text_equal(argv[i], "--json"))
			is_json = true;
		else if (text_equal(argv[i], "--errors=json"))
			diag_json = true;
		else if (argv[i][0] == '-' || argv[i][0] == '\0' ||
			 name != NULL)
			return usage_unknown(argv[i]);
		else if (path == NULL)
			path = argv[i];
		else
			name = argv[i];
	if (name == NULL)
		return usage_error("which image, and which function or source "
				   "file?");
	take_name(&question, name);
	if (question.name[0] == '\0')
		return usage_unknown(name);
	if (!read_image(&question, path) || !build_open(&build))
		return (int)diag_flush();
	question.catalogue = build.catalogue;
	look_in_image(&question);
	if (question.verdict != VERDICT_AFFECTED) {
		look_elsewhere(&question);
		if (diag_count() != 0)
			return (int)diag_flush();
	}
	if (is_json)
		print_json(&question);
	else
		print_text(&question);
	manifest_close(&question.manifest);
	return judge(&question);
}
