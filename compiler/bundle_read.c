/* SPDX-License-Identifier: ISC */
/* Reading and unpacking a bundle, which may be anybody's; see bundle.h. */
#include <cjson/cJSON.h>
#include <string.h>
#include <sys/stat.h>

#include "bundle.h"
#include "driver.h"
#include "manifest_root.h"

static void
refuse(const char *path, const char *subject, const char *why)
{
	diag(E1004, (struct where){ path, 0, 0 }, subject, "%s", why);
}

static const char *
hex_of(struct bytes bytes)
{
	uint8_t sha256[32];

	host_sha256(bytes, sha256);
	return host_hex(sha256, sizeof sha256);
}

/* The rows stand in the order of the files, bundle.json left out. */
static bool
check_files(const char *path, const struct tar *files, const cJSON *rows)
{
	const cJSON *row = rows == NULL ? NULL : rows->child;
	size_t i;

	for (i = 0; i < files->count; i++) {
		const char *name = files->at[i].name;

		if (text_equal(name, "bundle.json"))
			continue;
		if (row == NULL ||
		    !text_equal(manifest_text(row, "name"), text_utf8(name))) {
			refuse(path, text_utf8(name),
			       "bundle.json does not list it");
			return false;
		}
		if (!text_equal(manifest_text(row, "sha256"),
				hex_of(files->at[i].bytes))) {
			refuse(path, text_utf8(name),
			       "its SHA-256 is not the one in bundle.json");
			return false;
		}
		row = row->next;
	}
	if (row != NULL)
		refuse(path, text_utf8(manifest_text(row, "name")),
		       "it is missing");
	return row == NULL;
}

/* A package is told of once, as the file that is here; without its file, as one
 * that was left out. */
static bool
check_packages(const char *path, const struct tar *files, const cJSON *rows)
{
	size_t told = 0, there = 0, i;
	const cJSON *row;

	cJSON_ArrayForEach(row, rows) {
		const char *name = host_join("packages",
					     manifest_text(row, "file"));
		const struct tar_file *file = tar_find(files, name);
		const char *sha256 = manifest_text(row, "sha256");

		if (sha256[0] == '\0' && file == NULL)
			continue;
		if (file == NULL || !text_equal(sha256, hex_of(file->bytes))) {
			refuse(path, text_utf8(name),
			       "it is not the package that bundle.json tells of");
			return false;
		}
		told++;
	}
	for (i = 0; i < files->count; i++)
		there += text_starts(files->at[i].name, "packages/");
	if (told != there)
		refuse(path, "packages",
		       "bundle.json does not tell of each package once");
	return told == there;
}

static void
read_options(struct bundle *bundle, const cJSON *rows)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, rows) {
		*list_add(&bundle->options) = arena_printf(
			"%s=%s", manifest_text(row, "name"),
			manifest_text(row, "value"));
	}
}

static bool
read_env(const char *path, struct bundle *bundle, const cJSON *rows)
{
	const cJSON *row;

	cJSON_ArrayForEach(row, rows) {
		const char *name = cJSON_GetStringValue(row);

		if (name == NULL || !text_starts(name, "config/") ||
		    tar_find(&bundle->files, name) == NULL) {
			refuse(path, "env", "it names no file of the bundle");
			return false;
		}
		*list_add(&bundle->env) = arena_copy(name);
	}
	return true;
}

/* build.lua gives the compiler its flags, and a flag may load a program into
 * it: only this unicc's own is trusted with that. */
static bool
check_flags(const char *path, const struct bundle *bundle)
{
	const struct tar_file *theirs = tar_find(&bundle->files,
						 "catalogue/build.lua");
	struct bytes ours;

	if (theirs != NULL &&
	    host_read(host_join(build_root(), "build.lua"), &ours) &&
	    ours.size == theirs->bytes.size &&
	    memcmp(ours.at, theirs->bytes.at, ours.size) == 0)
		return true;
	refuse(path, "catalogue/build.lua", "it is not the one of this unicc");
	diag_fix("rebuild it with the unicc that wrote it");
	return false;
}

/* Without an image in it, every build would be the same. */
static bool
has_image(const struct tar *files)
{
	size_t i;

	for (i = 0; i < files->count; i++)
		if (text_starts(files->at[i].name, "output/") &&
		    text_ends(files->at[i].name, ".elf"))
			return true;
	return false;
}

static bool
read_index(const char *path, struct bundle *bundle, const cJSON *whole)
{
	const char *config = manifest_text(whole, "configuration");

	if (!text_equal(manifest_text(whole, "format"), "unicc bundle 1")) {
		refuse(path, NULL, "it is no bundle of this unicc");
		return false;
	}
	if (!manifest_has_version(whole, path))
		return false;
	if (!text_starts(config, "config/") || !text_ends(config, ".lua") ||
	    tar_find(&bundle->files, config) == NULL) {
		refuse(path, "configuration", "it names no file of the bundle");
		return false;
	}
	if (!has_image(&bundle->files)) {
		refuse(path, "output/", "it holds no image that was built");
		return false;
	}
	bundle->config = arena_copy(config);
	read_options(bundle,
		     cJSON_GetObjectItemCaseSensitive(whole, "options"));
	if (!read_env(path, bundle,
		      cJSON_GetObjectItemCaseSensitive(whole, "env")))
		return false;
	return check_files(path, &bundle->files,
			   cJSON_GetObjectItemCaseSensitive(whole, "files")) &&
	       check_packages(path, &bundle->files,
			      cJSON_GetObjectItemCaseSensitive(whole,
							       "packages")) &&
	       check_flags(path, bundle);
}

bool
bundle_open(const char *path, struct bundle *bundle)
{
	const struct tar_file *index;
	struct bytes bytes;
	const char *wrong;
	bool is_read;
	cJSON *whole;

	*bundle = (struct bundle){ 0 };
	if (!host_read(path, &bytes)) {
		refuse(path, NULL, host_read_error());
		return false;
	}
	wrong = tar_read(bytes, &bundle->files);
	index = tar_find(&bundle->files, "bundle.json");
	if (wrong == NULL && index == NULL)
		wrong = "it holds no bundle.json";
	if (wrong != NULL) {
		refuse(path, NULL, wrong);
		return false;
	}
	whole = cJSON_ParseWithLength((const char *)index->bytes.at,
				      index->bytes.size);
	is_read = whole != NULL && read_index(path, bundle, whole);
	if (whole == NULL)
		refuse(path, "bundle.json", "it is no JSON");
	cJSON_Delete(whole);
	return is_read;
}

/* ---- Unpacking ------------------------------------------------------------- */

static bool
put(const char *path, struct bytes bytes, mode_t mode)
{
	if (host_make_folders(host_folder_of(path)) &&
	    host_write(path, bytes) && chmod(path, mode) == 0)
		return true;
	diag_cannot_write(path);
	return false;
}

static bool
put_own(const char *from, const char *to)
{
	struct bytes bytes;

	if (!host_read(from, &bytes)) {
		diag(E0605, (struct where){ to, 0, 0 }, NULL, "%s: %s", from,
		     host_read_error());
		return false;
	}
	return put(to, bytes, 0755);
}

static bool
is_unpacked(const char *name)
{
	return text_starts(name, "catalogue/") ||
	       text_starts(name, "config/") || text_starts(name, "sources/");
}

bool
bundle_unpack(const struct bundle *bundle, const char *folder,
	      bool is_backwards)
{
	const char *catalogue = host_join(folder, "catalogue");
	size_t count = bundle->files.count, i;

	for (i = 0; i < count; i++) {
		const struct tar_file *file =
			&bundle->files.at[is_backwards ? count - 1 - i : i];

		if (is_unpacked(file->name) &&
		    !put(host_join(folder, file->name), file->bytes, 0644))
			return false;
	}
	/* These two run unconfined: they are never the bundle's. */
	return put_own("/proc/self/exe", host_join(catalogue, "unicc")) &&
	       put_own(host_join(build_root(), "build/check/unicc-check"),
		       host_join(catalogue, "build/check/unicc-check"));
}
