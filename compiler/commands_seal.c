/* SPDX-License-Identifier: ISC */
/* unicc seal: an image with other values in its slots, without a compiler. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "driver.h"
#include "seal.h"
#include "type.h"

/* One --set or --set-file. */
struct setting_word {
	const char *name, *given;
	bool is_file;
	struct where where;	/* a secret's value does not stand in it */
};

struct request {
	const char *path, *out, *name, *modules;
	LIST(struct setting_word) words;
	bool is_json;
};

/* ---- The command line ------------------------------------------------------ */

static bool
take_setting(struct request *request, const char *option, const char *word)
{
	const char *equals = strchr(word, '=');
	struct setting_word *setting;

	if (equals == NULL || equals == word)
		return false;
	setting = list_add(&request->words);
	setting->name = arena_copy_n(word, (size_t)(equals - word));
	setting->given = equals + 1;
	setting->is_file = text_equal(option, "--set-file");
	setting->where.file = arena_printf("%s %s", option, setting->name);
	return true;
}

/* STATUS_OK or the status of a usage error. */
static int
take_words(struct request *request, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++) {
		const char *word = argv[i];
		bool has_next = i + 1 < argc && argv[i + 1][0] != '\0';

		if (text_equal(word, "--json"))
			request->is_json = true;
		else if (text_equal(word, "--errors=json"))
			diag_json = true;
		else if (text_equal(word, "-o") && has_next)
			request->out = argv[++i];
		else if (text_equal(word, "--name") && has_next)
			request->name = argv[++i];
		else if (text_equal(word, "--modules") && has_next)
			request->modules = argv[++i];
		else if ((text_equal(word, "--set") ||
			  text_equal(word, "--set-file")) && has_next &&
			 take_setting(request, word, argv[i + 1]))
			i++;
		else if (word[0] == '-' || word[0] == '\0' ||
			 request->path != NULL)
			return usage_unknown(word);
		else
			request->path = word;
	}
	if (request->path == NULL)
		return usage_error("which image?");
	if (request->name != NULL && !is_image_name(request->name))
		return usage_error("--name %s: a name is a letter a-z, then "
				   "a-z, 0-9, - and _, 64 at most",
				   request->name);
	if (request->out == NULL &&
	    (request->words.count != 0 || request->name != NULL))
		return usage_error("where to? add -o DIR");
	return STATUS_OK;
}

/* ---- What can be sealed ---------------------------------------------------- */

static void
print_json(const struct sealing *sealing)
{
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(
		sealing->manifest.whole, "sealed");
	char *text = cJSON_Print(rows);

	puts(text == NULL ? "" : text);
	free(text);
}

static void
print_slots(const struct sealing *sealing)
{
	size_t i;

	for (i = 0; i < sealing->slots.list.count; i++) {
		const struct slot *slot = &sealing->slots.list.at[i];
		const struct setting *setting = slot_setting(slot);
		const struct value *value = slot_value(slot);
		bool is_filled = slot_is_filled(slot, sealing->image.slots.at);

		printf("%-24s  %s; %s\n", slot->name,
		       !is_filled ? "not filled"
		       : slot_is_secret(slot) ? "filled"
					      : type_show(setting, value),
		       type_allowed(setting));
	}
}

/* ---- Sealing --------------------------------------------------------------- */

static void
give(struct sealing *sealing, const struct setting_word *word)
{
	struct slot *slot = seal_find(sealing, word->name, word->where);

	if (slot == NULL)
		return;
	if (slot_is_secret(slot) && word->is_file) {
		seal_set_file(sealing, slot, word->given, word->where);
	} else if (slot_is_secret(slot)) {
		diag(E0804, word->where, word->name,
		     "a secret stands on no command line: others can read it "
		     "there");
		diag_fix("write it into a file: --set-file %s=FILE",
			 word->name);
	} else if (word->is_file) {
		diag(E0804, word->where, word->name, "it is no secret");
		diag_fix("write --set %s=VALUE", word->name);
	} else {
		seal_set(sealing, slot, word->given, word->where);
	}
}

static void
give_all(struct sealing *sealing, const struct request *request)
{
	size_t i, j;

	for (i = 0; i < request->words.count; i++) {
		const struct setting_word *word = &request->words.at[i];

		for (j = 0; j < i; j++)
			if (text_equal(request->words.at[j].name, word->name))
				break;
		if (j == i)
			give(sealing, word);
		else
			diag(E0804, word->where, word->name,
			     "it is given twice");
	}
}

static void
add_kept(const struct sealing *sealing, const char *name,
	 struct outputs *outputs)
{
	size_t count, i;
	struct kept *kept = seal_kept(sealing, &count);

	for (i = 0; i < count; i++) {
		struct bytes bytes;

		if (!host_read(kept[i].path, &bytes))
			diag(E0606, (struct where){ kept[i].path, 0, 0 }, NULL,
			     "%s", host_read_error());
		else
			*list_add(outputs) = (struct output){
				arena_printf("%s%s",
					     kept[i].is_named ? name : "",
					     kept[i].name),
				bytes, 0666 };
	}
}

static void
seal(struct sealing *sealing, const struct request *request)
{
	const char *name = request->name != NULL ? request->name
						 : sealing->name;
	struct outputs outputs, kept = { 0 };
	size_t i;

	give_all(sealing, request);
	if (diag_count() != 0 || !seal_check(sealing))
		return;
	add_kept(sealing, name, &kept);
	outputs = seal_outputs(sealing, name);
	for (i = 0; i < kept.count; i++)
		*list_add(&outputs) = kept.at[i];
	if (diag_count() != 0 || !package_lock(request->out))
		return;
	package_write(request->out, outputs);
	if (diag_count() == 0 && request->is_json)
		puts(seal_line(sealing));
	else if (diag_count() == 0 && !diag_json)
		fprintf(stderr, "%s: code %s, instance %.16s\n",
			host_join(request->out, arena_printf("%s.elf", name)),
			host_hex(sealing->identity.code_root, 8),
			manifest_text(cJSON_GetObjectItemCaseSensitive(
					      sealing->manifest.whole,
					      "fingerprint"),
				      "instance_root"));
}

int
command_seal(int argc, char **argv)
{
	struct request request = { 0 };
	struct sealing sealing = { 0 };
	int status = take_words(&request, argc, argv);

	if (status != STATUS_OK)
		return status;
	if (!build_open(&sealing.build))
		return (int)diag_flush();
	if (request.modules != NULL)
		catalogue_add_users(sealing.build.catalogue, request.modules);
	if (diag_count() == 0 && seal_open(&sealing, request.path)) {
		if (request.out != NULL)
			seal(&sealing, &request);
		else if (request.is_json)
			print_json(&sealing);
		else
			print_slots(&sealing);
	}
	seal_close(&sealing);
	return (int)diag_flush();
}
