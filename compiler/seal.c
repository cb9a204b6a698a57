/* SPDX-License-Identifier: ISC */
/* Sealing: see seal.h. */
#include "seal.h"

#include <stdlib.h>
#include <string.h>

#include "audit_lines.h"
#include "built.h"
#include "catalogue.h"
#include "identity.h"
#include "manifest_image.h"
#include "type_text.h"
#include "verify.h"

/* ---- The image and its manifest ------------------------------------------ */

static void
refuse(const struct sealing *sealing, const char *subject, const char *why)
{
	diag(E0803, (struct where){ sealing->path, 0, 0 }, subject, "%s", why);
}

/* Both are what was built; what is not here is not needed. */
static bool
read_files(struct sealing *sealing, const char *path)
{
	struct verification verification;

	if (!verify_files(path, &verification))
		return false;
	sealing->path = verification.image_path;
	sealing->manifest = verification.manifest;
	sealing->build.elf = verification.image;
	if (diag_count() != 0)
		return false;
	if (!verification.has_manifest) {
		refuse(sealing, NULL, "its manifest, which tells what can be "
				      "sealed, is not beside it");
		diag_fix("keep %s beside it",
			 built_name(built_beside(sealing->path,
						 ".manifest.json")));
		return false;
	}
	/* Cannot fail: it was verified. */
	if (elf_read(sealing->build.elf, &sealing->image) != NULL)
		return false;
	elf_identity_get(sealing->build.elf, &sealing->image,
			 &sealing->identity);
	return true;
}

static bool
is_read(const struct build *build, const char *name)
{
	size_t i;

	for (i = 0; i < build->instances.count; i++)
		if (text_equal(build->instances.at[i]->name, name))
			return true;
	return false;
}

/* Modules that are not in the catalogue, and have a slot. */
static bool
check_modules(const struct sealing *sealing)
{
	const cJSON *row, *setting;
	size_t before = diag_count();

	cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(
				   sealing->manifest.whole, "instances")) {
		const char *name = manifest_text(row, "name");
		const char *module = manifest_text(row, "module");

		if (is_read(&sealing->build, name))
			continue;
		cJSON_ArrayForEach(setting, cJSON_GetObjectItemCaseSensitive(
						   row, "settings"))
			if (text_equal(manifest_text(setting, "value"),
				       "sealed"))
				break;
		if (setting == NULL)
			continue;
		refuse(sealing, text_utf8(name),
		       arena_printf("its module %s, which judges its values, "
				    "is not in the catalogue",
				    text_utf8(module)));
		diag_fix("add --modules DIR, the folder that holds %s",
			 text_utf8(module));
	}
	return diag_count() == before;
}

static int
name_order(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* No file has two rows: it would be written twice. */
static bool
check_files(const struct sealing *sealing)
{
	const cJSON *row, *rows = cJSON_GetObjectItemCaseSensitive(
				  sealing->manifest.whole, "files");
	size_t count = 0, i;
	const char **names = arena_alloc((size_t)cJSON_GetArraySize(rows) + 1,
					 sizeof *names);

	cJSON_ArrayForEach(row, rows)
		names[count++] = manifest_text(row, "name");
	qsort(names, count, sizeof *names, name_order);
	for (i = 1; i < count && !text_equal(names[i - 1], names[i]); i++)
		;
	if (i >= count)
		return true;
	refuse(sealing, text_utf8(names[i]), "its manifest has two rows for it");
	return false;
}

/* Every slot is where the manifest says, and takes what it says. */
static bool
has_same_slots(const struct sealing *sealing)
{
	cJSON *ours = cJSON_Duplicate(sealing->manifest.whole, true);
	bool is_same = sealing->slots.bytes == sealing->image.slots.size;

	if (is_same) {
		manifest_put_image(ours, sealing->build.elf, &sealing->slots);
		is_same = cJSON_Compare(ours, sealing->manifest.whole, true);
	}
	cJSON_Delete(ours);
	return is_same;
}

/* The manifest's values lie in the slots; of secrets it has none. */
static bool
has_same_values(const struct sealing *sealing)
{
	struct bytes slots = sealing->image.slots;
	uint8_t *filled = arena_alloc(slots.size, 1);

	memcpy(filled, slots.at, slots.size);
	slots_fill(&sealing->slots, filled);
	return memcmp(filled, slots.at, slots.size) == 0;
}

static bool
check_slots(const struct sealing *sealing)
{
	if (!has_same_slots(sealing)) {
		refuse(sealing, NULL, "its slots are not those that the modules "
				      "at hand declare");
		diag_fix("build it again with them");
		return false;
	}
	if (has_same_values(sealing))
		return true;
	refuse(sealing, NULL, "its slots do not hold the values that its "
			      "manifest tells");
	diag_fix("build it again, or take a manifest that is its own");
	return false;
}

static void
keep_values(struct sealing *sealing)
{
	size_t count = sealing->slots.list.count, i;

	sealing->values = arena_alloc(count, sizeof *sealing->values);
	sealing->secrets = arena_alloc(count, sizeof *sealing->secrets);
	for (i = 0; i < count; i++)
		sealing->values[i] = *slot_value(&sealing->slots.list.at[i]);
}

static bool
open_values(struct sealing *sealing)
{
	static const struct bytes no_text = { (const uint8_t *)"", 0 };

	keep_values(sealing);
	sealing->script = script_open_text(sealing->path, no_text);
	return sealing->script != NULL;
}

/* The instances and their slots. */
static bool
take_manifest(struct sealing *sealing)
{
	if (!manifest_take(&sealing->build, sealing->manifest.whole,
			   sealing->manifest.path) ||
	    !check_modules(sealing) || !check_files(sealing))
		return false;
	sealing->name = sealing->build.image.name;
	sealing->slots = slots_of(&sealing->build);
	return true;
}

bool
seal_open(struct sealing *sealing, const char *path)
{
	if (!read_files(sealing, path) ||
	    !manifest_has_version(sealing->manifest.whole,
				  sealing->manifest.path) ||
	    !take_manifest(sealing))
		return false;
	if (sealing->slots.bytes == 0 && sealing->image.slots.size == 0) {
		refuse(sealing, NULL, "nothing in it is sealed: every value is "
				      "part of its code");
		diag_fix("write SETTING = sealed(VALUE) in its configuration");
		return false;
	}
	return check_slots(sealing) && open_values(sealing);
}

bool
seal_take_built(struct sealing *sealing, const struct build *built)
{
	struct outputs outputs = package_outputs(built);
	const struct output *manifest = &outputs.at[outputs.count - 1];

	manifest_close(&sealing->manifest);
	/* Neither can fail: both were written just now. */
	if (!manifest_open(manifest->name, manifest->bytes,
			   &sealing->manifest) ||
	    elf_read(built->elf, &sealing->image) != NULL)
		return false;
	sealing->build.elf = built->elf;
	elf_identity_get(built->elf, &sealing->image, &sealing->identity);
	sealing->name = built->image.name;
	sealing->unwritten = outputs;
	return true;
}

bool
seal_open_built(struct sealing *sealing, const struct build *built)
{
	sealing->path = built->config_path;
	sealing->build.catalogue = built->catalogue;
	return seal_take_built(sealing, built) && take_manifest(sealing) &&
	       open_values(sealing);
}

void
seal_close(struct sealing *sealing)
{
	if (sealing->script != NULL)
		script_close(sealing->script);
	manifest_close(&sealing->manifest);
}

/* ---- Values ---------------------------------------------------------------- */

/* "ip.mss": a setting that is there and is no slot. */
static const struct setting *
find_frozen(const struct build *build, const char *name)
{
	const char *dot = strchr(name, '.');
	size_t i, index;

	for (i = 0; dot != NULL && i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];

		if (strlen(instance->name) != (size_t)(dot - name) ||
		    !text_starts(name, instance->name))
			continue;
		index = module_setting_index(instance->module, dot + 1);
		return index == instance->module->settings.count
			       ? NULL
			       : &instance->module->settings.at[index];
	}
	return NULL;
}

static void
report_unknown(const struct sealing *sealing, const char *name,
	       struct where where)
{
	const struct setting *frozen = find_frozen(&sealing->build, name);
	size_t count = sealing->slots.list.count, i;
	const char **names = arena_alloc(count, sizeof *names), *nearest;
	struct buffer all = { 0 };

	if (frozen != NULL) {
		bool is_secret = frozen->type == TYPE_SECRET;

		/* A secret is sealed or not there. */
		diag(E0802, where, name,
		     is_secret ? "%s was built without it, and has no slot for it"
			       : "it is frozen into the code of %s",
		     sealing->path);
		if (is_secret)
			diag_fix("write %s = sealed() in the configuration, and "
				 "build it again", frozen->name);
		else if (frozen->is_sealable)
			diag_fix("write %s = sealed(...) in the configuration, "
				 "and build it again", frozen->name);
		else
			diag_fix("change the configuration, and build it "
				 "again");
		return;
	}
	for (i = 0; i < count; i++) {
		names[i] = sealing->slots.list.at[i].name;
		buffer_printf(&all, "%s%s", i == 0 ? "" : ", ", names[i]);
	}
	diag(E0802, where, name, "%s has no such value", sealing->path);
	nearest = text_nearest(name, names, count);
	if (nearest != NULL)
		diag_fix("write %s", nearest);
	else
		diag_fix("sealed are %s", all.at);
	free(all.at);
}

struct slot *
seal_find(const struct sealing *sealing, const char *name, struct where where)
{
	size_t i;

	for (i = 0; i < sealing->slots.list.count; i++)
		if (text_equal(sealing->slots.list.at[i].name, name))
			return &sealing->slots.list.at[i];
	report_unknown(sealing, name, where);
	return NULL;
}

bool
seal_set(struct sealing *sealing, const struct slot *slot, const char *text,
	 struct where where)
{
	const struct type_text from = {
		sealing->build.catalogue, sealing->script,
		{ .subject = slot->name }, where,
	};
	struct value value = { .type = slot_setting(slot)->type,
			       .is_sealed = true, .is_filled = true };

	if (!type_accept_text(&from, slot_setting(slot), text, &value))
		return false;
	*slot_value(slot) = value;
	slot->instance->origins[slot->index] =
		(struct origin){ ORIGIN_CONFIG, where, NULL };
	return true;
}

bool
seal_set_file(struct sealing *sealing, const struct slot *slot,
	      const char *path, struct where where)
{
	size_t most = (size_t)slot_setting(slot)->max;
	struct bytes bytes;

	if (!host_read(path, &bytes)) {
		diag(E0804, where, slot->name, "%s: %s", path,
		     host_read_error());
		return false;
	}
	if (bytes.size == 0 || bytes.size > most) {
		diag(E0804, where, slot->name,
		     "%s holds %zu bytes; allowed is 1 to %zu", path,
		     bytes.size, most);
		return false;
	}
	sealing->secrets[slot - sealing->slots.list.at] = bytes;
	return true;
}

void
seal_reset(struct sealing *sealing, struct where where)
{
	size_t i;

	for (i = 0; i < sealing->slots.list.count; i++) {
		const struct slot *slot = &sealing->slots.list.at[i];

		*slot_value(slot) = sealing->values[i];
		slot->instance->origins[slot->index].where = where;
		sealing->secrets[i] = (struct bytes){ NULL, 0 };
	}
}

bool
seal_check(const struct sealing *sealing)
{
	size_t before = diag_count();

	resolve_sealed(&sealing->build);
	check_sealed(&sealing->build);
	return diag_count() == before;
}

/* ---- What comes out ---------------------------------------------------------- */

static struct bytes
fill_image(const struct sealing *sealing)
{
	size_t size = sealing->build.elf.size, i;
	uint8_t *file = arena_alloc(size, 1);
	struct elf_identity identity;
	struct elf_image image;

	memcpy(file, sealing->build.elf.at, size);
	/* Cannot fail: it is a copy of what was read. */
	if (elf_read((struct bytes){ file, size }, &image) != NULL)
		return sealing->build.elf;
	slots_fill(&sealing->slots, file + image.slots_offset);
	for (i = 0; i < sealing->slots.list.count; i++)
		if (sealing->secrets[i].at != NULL)
			slot_fill_secret(&sealing->slots.list.at[i],
					 sealing->secrets[i],
					 file + image.slots_offset);
	identity_write(file, size, &image, sealing->identity.code_root,
		       &identity);
	return (struct bytes){ file, size };
}

static bool
holds_secret(const struct sealing *sealing, struct bytes file)
{
	size_t i;

	for (i = 0; i < sealing->slots.list.count; i++) {
		const struct slot *slot = &sealing->slots.list.at[i];

		if (slot_is_secret(slot) &&
		    slot_is_filled(slot, file.at + sealing->image.slots_offset))
			return true;
	}
	return false;
}

static const struct output *
find_output(const struct outputs *outputs, const char *name)
{
	size_t i;

	for (i = 0; i < outputs->count; i++)
		if (text_equal(outputs->at[i].name, name))
			return &outputs->at[i];
	return NULL;
}

/* Is a file called after the image: NAME.debug? */
static bool
is_named(const struct sealing *sealing, const char *file)
{
	return text_starts(file, sealing->name) &&
	       file[strlen(sealing->name)] == '.' &&
	       !text_equal(file, audit_file);
}

/* The rows of files, where each stands: made anew of what is written anew,
 * under the new name of what is kept. */
static void
put_files(const struct sealing *sealing, const struct outputs *outputs,
	  const char *name)
{
	size_t old_size = strlen(sealing->name);
	cJSON *row;

	cJSON_ArrayForEach(row, cJSON_GetObjectItemCaseSensitive(
				   sealing->manifest.whole, "files")) {
		const char *old = manifest_text(row, "name");
		const char *is = is_named(sealing, old)
			? arena_printf("%s%s", name, old + old_size) : old;
		const struct output *output = find_output(outputs, is);

		if (output != NULL)
			manifest_put_file(row, output);
		else
			manifest_put_name(row, is);
	}
}

/* What stands beside the image and is in no file yet. */
static void
add_unwritten(const struct sealing *sealing, const char *name,
	      struct outputs *outputs)
{
	size_t old_size = strlen(sealing->name), i;

	for (i = 0; i < sealing->unwritten.count; i++) {
		struct output output = sealing->unwritten.at[i];

		if (is_named(sealing, output.name))
			output.name = arena_printf("%s%s", name,
						   output.name + old_size);
		if (find_output(outputs, output.name) == NULL)
			*list_add(outputs) = output;
	}
}

struct outputs
seal_outputs(struct sealing *sealing, const char *name)
{
	struct build *build = &sealing->build;
	struct bytes elf = fill_image(sealing);
	cJSON *whole = sealing->manifest.whole;
	struct outputs outputs = { 0 };

	build->image.name = name;
	package_host_files(build, &outputs);
	*list_add(&outputs) = (struct output){
		arena_printf("%s.elf", name), elf,
		holds_secret(sealing, elf) ? 0600 : 0666 };
	manifest_put_name(whole, name);
	manifest_put_image(whole, elf, &sealing->slots);
	put_files(sealing, &outputs, name);
	manifest_root_set(whole);
	*list_add(&outputs) = (struct output){
		arena_printf("%s.manifest.json", name), manifest_print(whole),
		0666 };
	add_unwritten(sealing, name, &outputs);
	sealing->name = name;
	return outputs;
}

/* A text as it is, and not as a configuration has it. */
static const char *
plain_value(const struct slot *slot)
{
	switch (slot_setting(slot)->type) {
	case TYPE_TEXT: case TYPE_CHOICE:
		return slot_value(slot)->text;
	default:
		return type_show(slot_setting(slot), slot_value(slot));
	}
}

const char *
seal_line(const struct sealing *sealing)
{
	const cJSON *whole = sealing->manifest.whole;
	cJSON *line = cJSON_CreateObject(), *values;
	const char *kept;
	char *text;
	size_t i;

	cJSON_AddStringToObject(line, "name", sealing->name);
	if (cJSON_HasObjectItem(whole, "layout_seed"))
		cJSON_AddStringToObject(line, "layout_seed",
					manifest_text(whole, "layout_seed"));
	cJSON_AddStringToObject(line, "code_root",
				host_hex(sealing->identity.code_root, 32));
	cJSON_AddStringToObject(line, "instance_root",
		manifest_text(cJSON_GetObjectItemCaseSensitive(whole,
				"fingerprint"), "instance_root"));
	cJSON_AddStringToObject(line, "manifest_root",
		manifest_text(cJSON_GetObjectItemCaseSensitive(whole, "root"),
			      "sha256"));
	values = cJSON_AddObjectToObject(line, "sealed");
	for (i = 0; i < sealing->slots.list.count; i++) {
		const struct slot *slot = &sealing->slots.list.at[i];

		if (!slot_is_secret(slot) && slot_value(slot)->is_filled)
			cJSON_AddStringToObject(values, slot->name,
						plain_value(slot));
	}
	text = cJSON_PrintUnformatted(line);
	kept = arena_copy(text == NULL ? "" : text);
	free(text);
	cJSON_Delete(line);
	return kept;
}

/* Keep a file that is beside the image; its ending, or if it is not called
 * after the image, its name. */
static void
keep(struct kept *kept, size_t *count, const struct sealing *sealing,
     const char *file, bool has_name)
{
	const char *path = host_join(host_folder_of(sealing->path), file);

	if (host_exists(path))
		kept[(*count)++] = (struct kept){
			path, has_name ? file + strlen(sealing->name) : file,
			has_name };
}

struct kept *
seal_kept(const struct sealing *sealing, size_t *count)
{
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(
		sealing->manifest.whole, "files");
	struct kept *kept = arena_alloc((size_t)cJSON_GetArraySize(rows) + 1,
					sizeof *kept);
	struct outputs made = { 0 };
	const cJSON *row;

	package_host_files(&sealing->build, &made);
	*count = 0;
	cJSON_ArrayForEach(row, rows) {
		const char *file = arena_copy(manifest_text(row, "name"));

		if (!text_ends(file, ".elf") &&
		    find_output(&made, file) == NULL)
			keep(kept, count, sealing, file,
			     is_named(sealing, file));
	}
	return kept;
}
