/* SPDX-License-Identifier: ISC */
/*
 * A built image's manifest, read back for `unicc run DIR` and `unicc seal`.
 *
 * The manifest may be anybody's: it gives names and numbers only. Words of
 * commands come from the catalogue, never from it.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "catalogue.h"
#include "instance.h"
#include "manifest_root.h"
#include "package.h"
#include "type_text.h"

enum { ROWS_MAX = 65536 };	/* of instances, and of sealed values */

static const char manifest_end[] = ".manifest.json";

static const char *
text_of(const cJSON *object, const char *key)
{
	const char *text = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(object, key));

	return text == NULL ? "" : text;
}

static bool
number_of(const cJSON *object, const char *key, int64_t *number)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
	    item->valuedouble > 1e15)
		return false;
	*number = (int64_t)item->valuedouble;
	return true;
}

/* ---- Settings -------------------------------------------------------------- */

/* Whose rows are read. */
struct reading {
	struct build *build;
	struct script *script;
	const char *path;
	struct instance **by_name;	/* all of the build's, once they are read */
};

static int
by_name_order(const void *a, const void *b)
{
	const struct instance *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

static void
sort_instances(struct reading *reading)
{
	size_t count = reading->build->instances.count;

	reading->by_name = arena_alloc(count + 1, sizeof(struct instance *));
	if (count == 0)
		return;
	memcpy(reading->by_name, reading->build->instances.at,
	       count * sizeof(struct instance *));
	qsort(reading->by_name, count, sizeof(struct instance *),
	      by_name_order);
}

/* NULL: it is left out, or there is none. */
static struct instance *
find_instance(const struct reading *reading, const char *name)
{
	struct instance key = { .name = name }, *wanted = &key, **found;

	found = bsearch(&wanted, reading->by_name,
			reading->build->instances.count, sizeof *found,
			by_name_order);
	return found == NULL ? NULL : *found;
}

static struct setting *
find_setting(const struct instance *instance, const char *name, size_t *index)
{
	const struct module *module = instance->module;

	*index = module_setting_index(module, name);
	return *index == module->settings.count ? NULL
						: &module->settings.at[*index];
}

/* False after diag(). */
static bool
take_value(const struct reading *reading, struct instance *instance,
	   size_t index, const char *shown)
{
	const struct setting *setting = &instance->module->settings.at[index];
	const struct type_text text = {
		reading->build->catalogue, reading->script,
		{ .subject = arena_printf("%s.%s", instance->name,
					  setting->name),
		  .is_manifest = true },
		{ reading->path, 0, 0 },
	};

	return type_accept_shown(&text, setting, shown,
				 &instance->values[index]);
}

/* Lists, maps and files are told for people only. */
static bool
is_readable(enum type type)
{
	switch (type) {
	case TYPE_FILE: case TYPE_FILES: case TYPE_LIST: case TYPE_MAP:
	case TYPE_RECORD: case TYPE_SECRET:
		return false;
	default:
		return true;
	}
}

static bool
read_settings(const struct reading *reading, const cJSON *row,
	      struct instance *instance)
{
	const struct setting *setting;
	const cJSON *entry;
	size_t index;

	cJSON_ArrayForEach(entry,
			   cJSON_GetObjectItemCaseSensitive(row, "settings")) {
		const char *value = text_of(entry, "value");

		setting = find_setting(instance, text_of(entry, "name"),
				       &index);
		if (setting == NULL)
			continue;
		instance->origins[index].kind = ORIGIN_CONFIG;
		instance->origins[index].where.file = reading->path;
		instance->values[index].type = setting->type;
		/* A text's value has quotes. */
		if (text_equal(value, "sealed"))
			instance->values[index].is_sealed = true;
		else if (is_readable(setting->type) &&
			 !take_value(reading, instance, index, value))
			return false;
	}
	return true;
}

static bool
read_sealed(const struct reading *reading, const cJSON *row)
{
	const char *name = text_of(row, "name"), *dot = strchr(name, '.');
	const char *value = cJSON_GetStringValue(
		cJSON_GetObjectItemCaseSensitive(row, "value"));
	struct instance *instance = NULL;
	size_t index;

	if (dot != NULL)
		instance = find_instance(reading,
					 arena_copy_n(name, (size_t)(dot - name)));
	if (instance == NULL ||
	    find_setting(instance, dot + 1, &index) == NULL ||
	    !instance->values[index].is_sealed || value == NULL)
		return true;
	if (!take_value(reading, instance, index, value))
		return false;
	instance->values[index].is_sealed = true;
	instance->values[index].is_filled = true;
	return true;
}

/* ---- Instances ------------------------------------------------------------- */

/* An instance's name becomes part of words of QEMU's, where a comma starts
 * the next option. */
static bool
is_word(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t size = strspn(text, letters);

	if (size == 0)
		return false;
	while (text[size] != '\0' &&
	       (strchr(letters, text[size]) != NULL ||
		(text[size] >= '0' && text[size] <= '9')))
		size++;
	return text[size] == '\0';
}

static struct instance *
read_instance(const struct build *build, const cJSON *row)
{
	struct module *module = catalogue_module(build->catalogue,
						 text_of(row, "module"));
	struct instance *instance;
	int64_t slot;
	size_t i;

	if (module == NULL)
		return NULL;
	instance = instance_make(module);
	instance->name = arena_copy(text_of(row, "name"));
	if (number_of(row, "device_slot", &slot) && slot < 1024)
		instance->device_slot = (int)slot;
	/* The manifest tells defaults too. */
	for (i = 0; i < module->settings.count; i++) {
		instance->values[i] = (struct value){
			.type = module->settings.at[i].type };
		instance->origins[i].kind = ORIGIN_NONE;
	}
	return instance;
}

static void
read_wires(const struct reading *reading, const cJSON *row)
{
	struct instance *instance = find_instance(reading,
						  text_of(row, "name"));
	const cJSON *wires = cJSON_GetObjectItemCaseSensitive(row, "wires");
	size_t i;

	for (i = 0; instance != NULL && i < instance->module->requires.count;
	     i++)
		instance->wires[i] = find_instance(
			reading,
			text_of(wires, instance->module->requires.at[i].slot));
}

static int
name_order(const void *a, const void *b)
{
	const char *const *first = a, *const *second = b;

	return strcmp(*first, *second);
}

/* Are there as many as a machine can have, each with a name of its own? */
static bool
check_names(const struct reading *reading, const cJSON *rows)
{
	const struct where where = { reading->path, 0, 0 };
	size_t count = (size_t)cJSON_GetArraySize(rows), i = 0;
	const char **names;
	const cJSON *row;

	if (count > ROWS_MAX) {
		diag(E0606, where, "instances",
		     "it has %zu, and no image has more than %d", count,
		     ROWS_MAX);
		return false;
	}
	names = arena_alloc(count + 1, sizeof *names);
	cJSON_ArrayForEach(row, rows) {
		names[i++] = text_of(row, "name");
		if (!is_word(text_of(row, "name"))) {
			diag(E0606, where, text_of(row, "name"),
			     "this is no name of an instance");
			return false;
		}
	}
	qsort(names, count, sizeof *names, name_order);
	for (i = 1; i < count; i++)
		if (text_equal(names[i], names[i - 1])) {
			diag(E0606, where, names[i], "it is there twice");
			return false;
		}
	return true;
}

/* A module that is no device may be the user's own: it is left out. */
static bool
read_instances(struct reading *reading, const cJSON *whole)
{
	struct build *build = reading->build;
	const char *path = reading->path;
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(whole, "instances");
	const cJSON *row;
	struct instance *instance;
	int64_t slot;

	if (!check_names(reading, rows))
		return false;
	cJSON_ArrayForEach(row, rows) {
		instance = read_instance(build, row);
		if (instance != NULL) {
			*list_add(&build->instances) = instance;
			if (!read_settings(reading, row, instance))
				return false;
		} else if (number_of(row, "device_slot", &slot)) {
			diag(E0606, (struct where){ path, 0, 0 },
			     text_of(row, "name"),
			     "its module %s is not in the catalogue",
			     text_of(row, "module"));
			diag_fix("run its configuration instead");
			return false;
		}
	}
	sort_instances(reading);
	cJSON_ArrayForEach(row, rows)
		read_wires(reading, row);
	rows = cJSON_GetObjectItemCaseSensitive(whole, "sealed");
	if (cJSON_GetArraySize(rows) > ROWS_MAX) {
		diag(E0606, (struct where){ path, 0, 0 }, "sealed",
		     "they are more than any image has");
		return false;
	}
	cJSON_ArrayForEach(row, rows)
		if (!read_sealed(reading, row))
			return false;
	return true;
}

bool
manifest_take(struct build *build, const cJSON *whole, const char *path)
{
	const struct catalogue *catalogue = build->catalogue;
	static const struct bytes no_text = { (const uint8_t *)"", 0 };
	struct reading reading = { build, NULL, path, NULL };
	bool is_read;
	size_t i;

	build->image.name = arena_copy(text_of(whole, "name"));
	for (i = 0; i < catalogue->platforms_count; i++)
		if (text_equal(catalogue->platforms[i].name,
			       text_of(whole, "platform")))
			build->image.platform = &catalogue->platforms[i];
	if (build->image.platform == NULL || !is_image_name(build->image.name) ||
	    !number_of(whole, "memory_bytes", &build->image.memory_bytes) ||
	    build->image.memory_bytes < build->image.platform->memory_min ||
	    build->image.memory_bytes > build->image.platform->memory_max) {
		diag(E0606, (struct where){ path, 0, 0 }, NULL,
		     "the manifest names no platform of this unicc, or no "
		     "image, or no memory that the platform can have");
		return false;
	}
	reading.script = script_open_text(path, no_text);
	if (reading.script == NULL)
		return false;
	is_read = read_instances(&reading, whole);
	script_close(reading.script);
	return is_read;
}

static const char *
find_manifest(const char *folder)
{
	const char **names, *found = NULL;
	size_t count, i;

	if (!host_list(folder, &names, &count)) {
		diag(E0606, (struct where){ folder, 0, 0 }, NULL, "%s",
		     strerror(errno));
		return NULL;
	}
	for (i = 0; i < count; i++) {
		if (!text_ends(names[i], manifest_end))
			continue;
		if (found != NULL) {
			diag(E0606, (struct where){ folder, 0, 0 }, NULL,
			     "it holds several images: %s and %s", found,
			     names[i]);
			return NULL;
		}
		found = names[i];
	}
	if (found == NULL)
		diag(E0606, (struct where){ folder, 0, 0 }, NULL,
		     "it holds no image: no file ends with %s", manifest_end);
	return found == NULL ? NULL : host_join(folder, found);
}

bool
manifest_read(struct build *build, const char *folder)
{
	const char *path = find_manifest(folder);
	struct bytes bytes;
	bool is_read;
	cJSON *whole;

	if (path == NULL)
		return false;
	if (!host_read(path, &bytes)) {
		diag(E0606, (struct where){ path, 0, 0 }, NULL, "%s",
		     host_read_error());
		return false;
	}
	whole = cJSON_ParseWithLength((const char *)bytes.at, bytes.size);
	if (!cJSON_IsObject(whole)) {
		diag(E0606, (struct where){ path, 0, 0 }, NULL,
		     whole == NULL ? "it is no JSON"
				   : "it is no manifest of unicc");
		cJSON_Delete(whole);
		return false;
	}
	build->out_path = folder;
	is_read = manifest_has_format(whole, path) &&
		  manifest_take(build, whole, path);
	cJSON_Delete(whole);
	return is_read;
}
