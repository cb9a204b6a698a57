/* SPDX-License-Identifier: ISC */
/* Packing a bundle; see bundle.h. */
#include "bundle.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "debian.h"
#include "driver.h"
#include "label.h"
#include "manifest_root.h"
#include "store.h"
#include "toolchain.h"

struct paths {
	const char **at;
	size_t count, room;
};

static void
refuse(const char *path, const char *why)
{
	diag(E1005, (struct where){ path, 0, 0 }, NULL, "%s", why);
}

static bool
is_below(const char *path, const char *folder)
{
	size_t size = strlen(folder);

	return strncmp(path, folder, size) == 0 &&
	       (path[size] == '/' || text_equal(folder, "/"));
}

static bool
add_file(struct bundle *bundle, const char *name, const char *path)
{
	struct bytes bytes;

	if (!tar_is_name(name) || strlen(name) > 200) {
		refuse(path, "a bundle cannot hold a file of this name");
		return false;
	}
	if (!host_read(path, &bytes)) {
		refuse(path, host_read_error());
		return false;
	}
	*list_add(&bundle->files) = (struct tar_file){ name, bytes };
	return true;
}

static bool
add_folder(struct bundle *bundle, const char *name, const char *path)
{
	struct stat status;
	const char **names;
	size_t count, i;

	if (stat(path, &status) == 0 && !S_ISDIR(status.st_mode))
		return add_file(bundle, name, path);
	if (!host_list(path, &names, &count)) {
		refuse(path, strerror(errno));
		return false;
	}
	for (i = 0; i < count; i++)
		if (!add_folder(bundle, host_join(name, names[i]),
				host_join(path, names[i])))
			return false;
	return true;
}

/* ---- The catalogue --------------------------------------------------------- */

static const char *const catalogue_parts[] = {
	"build.lua", "kernel", "drivers", "stdlib",
};

/* Libraries only: the program that confines them is the rebuilder's own. */
static bool
add_checks(struct bundle *bundle, const char *root)
{
	const char *folder = host_join(root, "build/check");
	const char **names;
	size_t count, i;

	if (!host_list(folder, &names, &count))
		return true;
	for (i = 0; i < count; i++)
		if (text_ends(names[i], ".so") &&
		    !add_file(bundle, host_join("catalogue/build/check",
						names[i]),
			      host_join(folder, names[i])))
			return false;
	return true;
}

static bool
add_catalogue(struct bundle *bundle, const char *root)
{
	size_t i;

	for (i = 0; i < countof(catalogue_parts); i++)
		if (!add_folder(bundle,
				host_join("catalogue", catalogue_parts[i]),
				host_join(root, catalogue_parts[i])))
			return false;
	return add_checks(bundle, root);
}

static bool
is_catalogue(const char *path, const char *root)
{
	size_t i;

	for (i = 0; i < countof(catalogue_parts); i++) {
		const char *part = host_join(root, catalogue_parts[i]);

		if (text_equal(path, part) || is_below(path, part))
			return true;
	}
	return is_below(path, host_join(root, "build/check"));
}

/* ---- What a build has read ------------------------------------------------- */

static void
add_module_files(struct paths *paths, const char *folder)
{
	struct stat status;
	const char **names;
	size_t count, i;

	if (stat(folder, &status) == 0 && S_ISREG(status.st_mode))
		*list_add(paths) = label_absolute(folder);
	if (!host_list(folder, &names, &count))
		return;
	for (i = 0; i < count; i++)
		add_module_files(paths, host_join(folder, names[i]));
}

static void
add_content(struct paths *paths, const struct instance *instance)
{
	size_t i, j;

	for (i = 0; i < instance->module->settings.count; i++) {
		const struct content *content = instance->values[i].content;

		for (j = 0; content != NULL && j < content->files.count; j++)
			*list_add(paths) = label_absolute(
				content->files.at[j].source);
	}
}

/* Files below these belong to packages of the machine; content may lie anywhere
 * and is the configuration's own. */
static bool
is_of_machine(const char *path)
{
	return is_below(path, "/usr") || is_below(path, "/proc") ||
	       is_below(path, "/etc");
}

/* The files of the configuration, some of them twice. */
static struct paths
own_files(const struct build *build)
{
	const char *const *reads;
	struct paths paths = { 0 };
	size_t count, i;

	reads = host_reads(&count);
	for (i = 0; i < count; i++)
		if (!is_of_machine(label_absolute(reads[i])))
			*list_add(&paths) = label_absolute(reads[i]);
	for (i = 0; i < build->instances.count; i++) {
		const struct module *module = build->instances.at[i]->module;

		add_content(&paths, build->instances.at[i]);
		if (module->is_users)
			add_module_files(&paths, module->folder);
	}
	return paths;
}

/* In the store, which may be where the configuration lies, too. */
static bool
is_kept(const char *path, const struct build *build)
{
	const char *store = label_absolute(host_cache_folder());
	const char *config = label_absolute(build->config_path);

	return is_below(path, store) &&
	       !(is_below(config, store) &&
		 is_below(path, host_folder_of(config)));
}

/* Is it neither the catalogue's nor made or kept by unicc itself? */
static bool
is_own(const char *path, const struct build *build)
{
	const char *sources = getenv("UNICC_SOURCES");

	return !is_catalogue(path, label_absolute(build->catalogue->root)) &&
	       !is_kept(path, build) &&
	       !is_below(path, label_absolute(build->out_path)) &&
	       (sources == NULL || !is_below(path, label_absolute(sources)));
}

/* The deepest folder that holds both. */
static const char *
common_folder(const char *folder, const char *path)
{
	while (!is_below(path, folder) && !text_equal(folder, "/"))
		folder = host_folder_of(folder);
	return folder;
}

static bool
add_config(struct bundle *bundle, const struct build *build,
	   const struct paths *files)
{
	const char *config = label_absolute(build->config_path);
	const char *folder = host_folder_of(config);
	size_t skip, i;

	for (i = 0; i < files->count; i++)
		if (is_own(files->at[i], build))
			folder = common_folder(folder, files->at[i]);
	if (text_equal(folder, "/") &&
	    !text_equal(host_folder_of(config), "/")) {
		refuse(build->config_path,
		       "it reads files that lie in no folder with it");
		diag_fix("name them by paths relative to the configuration");
		return false;
	}
	skip = text_equal(folder, "/") ? 1 : strlen(folder) + 1;
	bundle->config = host_join("config", config + skip);
	for (i = 0; i < files->count; i++)
		if (is_own(files->at[i], build) &&
		    !add_file(bundle, host_join("config", files->at[i] + skip),
			      files->at[i]))
			return false;
	return true;
}

/* ---- Sources and packages -------------------------------------------------- */

static bool
add_sources(struct bundle *bundle, const struct build *build)
{
	const struct catalogue *catalogue = build->catalogue;
	const char *folder;
	size_t i, j;

	for (i = 0; i < catalogue->packages_count; i++) {
		const struct package *package = &catalogue->packages[i];

		if (!sources_are_used(build, package))
			continue;
		folder = sources_files(package);
		if (folder == NULL)
			return false;
		for (j = 0; j < package->files_count; j++)
			if (!add_file(bundle,
				      host_join("sources",
						package->files[j].name),
				      host_join(folder,
						package->files[j].name)))
				return false;
	}
	return true;
}

/* A platform's headers are read by way of a link (headers.c). */
static bool
is_of_package(const char *path, const struct platform *platform)
{
	return is_below(path, "/usr") ||
	       (platform->headers_path != NULL &&
		is_below(path, platform->headers_path));
}

static struct debian_packages
find_packages(const struct build *build)
{
	/* What unicc itself runs, to unpack sources. */
	static const char *const unpackers[] = {
		"/usr/bin/tar", "/usr/bin/xz", "/usr/bin/patch",
	};
	struct paths files = { 0 };
	char *self = realpath("/proc/self/exe", NULL);
	size_t i, j;

	*list_add(&files) = toolchain_clang.path;
	*list_add(&files) = toolchain_linker.path;
	*list_add(&files) = toolchain_ninja.path;
	*list_add(&files) = arena_copy(self == NULL ? "" : self);
	free(self);
	*list_add(&files) = host_join(build_root(), "build/check/unicc-check");
	for (i = 0; i < countof(unpackers); i++)
		*list_add(&files) = unpackers[i];
	for (i = 0; i < build->units.count; i++)
		for (j = 0; j < build->units.at[i].reads_count; j++)
			if (is_of_package(build->units.at[i].reads[j]->path,
					  build->image.platform))
				*list_add(&files) =
					build->units.at[i].reads[j]->path;
	return debian_owners(files.at, files.count);
}

static cJSON *
add_row(cJSON *array)
{
	cJSON *row = cJSON_CreateObject();

	cJSON_AddItemToArray(array, row);
	return row;
}

static void
add_hash(cJSON *row, struct bytes bytes)
{
	uint8_t sha256[32];

	host_sha256(bytes, sha256);
	cJSON_AddStringToObject(row, "sha256",
				host_hex(sha256, sizeof sha256));
}

/* The package as Debian made it, or else as it is installed. False after
 * diag(): it can be had in no way. */
static bool
find_package(const struct debian_package *package, struct bytes *bytes,
	     bool *is_repacked)
{
	const char *path = debian_fetch(package, host_scratch_folder());

	*is_repacked = path == NULL;
	if (path == NULL)
		path = debian_repack(package, host_scratch_folder());
	if (path != NULL && host_read(path, bytes))
		return true;
	diag(E1005, (struct where){ 0 },
	     arena_printf("%s %s", package->name, package->version),
	     "the package can neither be had through apt nor packed again");
	diag_fix("apt-get update, or leave packages out: --without-packages");
	return false;
}

/* With has_files the packages' files go into the bundle, with their hashes. */
static bool
add_packages(struct bundle *bundle, cJSON *whole,
	     const struct debian_packages *packages, bool has_files)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "packages"), *row;
	struct bytes bytes;
	bool is_repacked;
	size_t i;

	for (i = 0; i < packages->count; i++) {
		const struct debian_package *package = &packages->at[i];

		row = add_row(array);
		cJSON_AddStringToObject(row, "name", package->name);
		cJSON_AddStringToObject(row, "version", package->version);
		cJSON_AddStringToObject(row, "architecture",
					package->architecture);
		cJSON_AddStringToObject(row, "file", package->file);
		if (!has_files)
			continue;
		if (!find_package(package, &bytes, &is_repacked))
			return false;
		if (is_repacked)
			cJSON_AddTrueToObject(row, "is_repacked");
		add_hash(row, bytes);
		*list_add(&bundle->files) = (struct tar_file){
			host_join("packages", package->file), bytes };
	}
	return true;
}

/* ---- All of it ------------------------------------------------------------- */

/* What was given with --set, and the files named with --env. */
static void
add_options(struct bundle *bundle, cJSON *whole, const struct build *build,
	    size_t skip)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "options"), *row;
	size_t i;

	for (i = 0; i < build->given.count; i++) {
		const struct given *given = &build->given.at[i];

		if (!text_starts(given->where.file, "--set "))
			continue;
		*list_add(&bundle->options) = arena_printf(
			"%s=%s", given->name, given->text);
		row = add_row(array);
		cJSON_AddStringToObject(row, "name", given->name);
		cJSON_AddStringToObject(row, "value", given->text);
	}
	array = cJSON_AddArrayToObject(whole, "env");
	for (i = 0; i < build->env_paths.count; i++) {
		const char *name = host_join(
			"config",
			label_absolute(build->env_paths.at[i]) + skip);

		*list_add(&bundle->env) = name;
		cJSON_AddItemToArray(array,
				     cJSON_CreateString(text_utf8(name)));
	}
}

static void
add_outputs(struct bundle *bundle, const struct build *build)
{
	struct outputs outputs = package_outputs(build);
	size_t i;

	for (i = 0; i < outputs.count; i++)
		*list_add(&bundle->files) = (struct tar_file){
			host_join("output", outputs.at[i].name),
			outputs.at[i].bytes };
}

static void
add_index(struct bundle *bundle, cJSON *whole)
{
	cJSON *array = cJSON_AddArrayToObject(whole, "files"), *row;
	size_t i;

	/* Sorts them, and leaves one of each name. */
	tar_write(&bundle->files);
	for (i = 0; i < bundle->files.count; i++) {
		row = add_row(array);
		cJSON_AddStringToObject(row, "name",
					text_utf8(bundle->files.at[i].name));
		add_hash(row, bundle->files.at[i].bytes);
	}
	*list_add(&bundle->files) = (struct tar_file){ "bundle.json",
						       manifest_print(whole) };
}

bool
bundle_pack(const struct build *build, bool has_packages,
	    struct bundle *bundle)
{
	struct paths files = own_files(build);
	struct debian_packages packages;
	bool is_whole;
	cJSON *whole;

	*bundle = (struct bundle){ 0 };
	if (!add_config(bundle, build, &files) ||
	    !add_catalogue(bundle, build->catalogue->root) ||
	    !add_sources(bundle, build) ||
	    !add_file(bundle, "program/unicc", "/proc/self/exe"))
		return false;
	add_outputs(bundle, build);
	whole = cJSON_CreateObject();
	cJSON_AddStringToObject(whole, "format", "unicc bundle 1");
	cJSON_AddStringToObject(whole, "unicc", UNICC_VERSION);
	cJSON_AddStringToObject(whole, "configuration",
				text_utf8(bundle->config));
	add_options(bundle, whole, build,
		    strlen(label_absolute(build->config_path)) -
			    strlen(bundle->config) + strlen("config/"));
	packages = find_packages(build);
	is_whole = add_packages(bundle, whole, &packages, has_packages);
	if (is_whole)
		add_index(bundle, whole);
	cJSON_Delete(whole);
	return is_whole;
}
