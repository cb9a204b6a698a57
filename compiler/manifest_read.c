/* SPDX-License-Identifier: ISC */
/*
 * A built image's manifest, read back for `unicc run DIR`.
 *
 * The manifest may be anybody's: it gives names and numbers only. Words of
 * commands come from the catalogue, never from it.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "package.h"

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

/* "10.0.2.15" or "10.0.2.15/24". */
static bool
read_address(const char *text, struct value *value)
{
	unsigned a, b, c, d, bits = 0;
	int count = sscanf(text, "%3u.%3u.%3u.%3u/%2u", &a, &b, &c, &d, &bits);

	if (count < 4 || a > 255 || b > 255 || c > 255 || d > 255 || bits > 32)
		return false;
	value->number = (int64_t)((uint32_t)a << 24 | b << 16 | c << 8 | d);
	value->prefix_bits = bits;
	return true;
}

static void
read_settings(const cJSON *row, struct instance *instance)
{
	const struct module *module = instance->module;
	const cJSON *setting;
	size_t i;

	cJSON_ArrayForEach(setting,
			   cJSON_GetObjectItemCaseSensitive(row, "settings"))
		for (i = 0; i < module->settings.count; i++) {
			enum type type = module->settings.at[i].type;

			if ((type == TYPE_CIDR || type == TYPE_IPV4) &&
			    text_equal(module->settings.at[i].name,
				       text_of(setting, "name")) &&
			    read_address(text_of(setting, "value"),
					 &instance->values[i]))
				instance->origins[i].kind = ORIGIN_CONFIG;
		}
}

/* An instance's name becomes part of words of QEMU's, where a comma starts
 * the next option. */
static bool
is_name(const char *text, const char *besides)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ_";
	size_t size = strspn(text, letters);

	if (size == 0)
		return false;
	while (text[size] != '\0' &&
	       (strchr(letters, text[size]) != NULL ||
		(text[size] >= '0' && text[size] <= '9') ||
		strchr(besides, text[size]) != NULL))
		size++;
	return text[size] == '\0';
}

static struct instance *
read_instance(const struct build *build, const cJSON *row)
{
	struct instance *instance = arena_alloc(1, sizeof *instance);
	const struct module *module;
	int64_t slot;

	instance->name = arena_copy(text_of(row, "name"));
	instance->module = catalogue_module(build->catalogue,
					    text_of(row, "module"));
	instance->device_slot = -1;
	if (number_of(row, "device_slot", &slot) && slot < 1024)
		instance->device_slot = (int)slot;
	module = instance->module;
	if (module == NULL)
		return NULL;
	instance->values = arena_alloc(module->settings.count + 1,
				       sizeof *instance->values);
	instance->origins = arena_alloc(module->settings.count + 1,
					sizeof *instance->origins);
	instance->wires = arena_alloc(module->requires.count + 1,
				      sizeof *instance->wires);
	read_settings(row, instance);
	return instance;
}

static void
read_wires(struct build *build, const cJSON *row, struct instance *instance)
{
	const cJSON *wires = cJSON_GetObjectItemCaseSensitive(row, "wires");
	size_t i, j;

	for (i = 0; i < instance->module->requires.count; i++)
		for (j = 0; j < build->instances.count; j++)
			if (text_equal(build->instances.at[j]->name,
				       text_of(wires, instance->module->requires
							      .at[i].slot)))
				instance->wires[i] = build->instances.at[j];
}

/* A module that is no device may be the user's own: it is left out. */
static bool
read_instances(struct build *build, const cJSON *whole, const char *path)
{
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(whole, "instances");
	const cJSON *row;
	struct instance *instance;
	int64_t slot;
	size_t i;

	cJSON_ArrayForEach(row, rows) {
		if (!is_name(text_of(row, "name"), "")) {
			diag(E0606, (struct where){ path, 0, 0 },
			     text_of(row, "name"), "this is no name of an "
						   "instance");
			return false;
		}
		instance = read_instance(build, row);
		if (instance != NULL) {
			*list_add(&build->instances) = instance;
		} else if (number_of(row, "device_slot", &slot)) {
			diag(E0606, (struct where){ path, 0, 0 },
			     text_of(row, "name"),
			     "its module %s is not in the catalogue",
			     text_of(row, "module"));
			diag_fix("run its configuration instead");
			return false;
		}
	}
	cJSON_ArrayForEach(row, rows)
		for (i = 0; i < build->instances.count; i++)
			if (text_equal(build->instances.at[i]->name,
				       text_of(row, "name")))
				read_wires(build, row, build->instances.at[i]);
	return true;
}

static bool
read_whole(struct build *build, const cJSON *whole, const char *path)
{
	const struct catalogue *catalogue = build->catalogue;
	size_t i;

	build->image.name = arena_copy(text_of(whole, "name"));
	for (i = 0; i < catalogue->platforms_count; i++)
		if (text_equal(catalogue->platforms[i].name,
			       text_of(whole, "platform")))
			build->image.platform = &catalogue->platforms[i];
	if (build->image.platform == NULL || !is_name(build->image.name, "-") ||
	    !number_of(whole, "memory_bytes", &build->image.memory_bytes) ||
	    build->image.memory_bytes < build->image.platform->memory_min ||
	    build->image.memory_bytes > build->image.platform->memory_max) {
		diag(E0606, (struct where){ path, 0, 0 }, NULL,
		     "the manifest names no platform of this unicc, or no "
		     "image, or no memory that the platform can have");
		return false;
	}
	return read_instances(build, whole, path);
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
	if (whole == NULL) {
		diag(E0606, (struct where){ path, 0, 0 }, NULL,
		     "it is no JSON");
		return false;
	}
	build->out_path = folder;
	is_read = read_whole(build, whole, path);
	cJSON_Delete(whole);
	return is_read;
}
