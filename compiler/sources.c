/* SPDX-License-Identifier: ISC */
/*
 * Third-party sources: a pinned Debian source package as a folder.
 *
 * The folder holds exactly the bytes whose hashes stand in build.lua, unpacked
 * and with the package's own patches applied, because these carry security
 * fixes. It appears by one rename, so it is whole or not there; concurrent
 * runs wait for one another. Its name holds a hash of all the hashes: another
 * version never reuses it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "apt.h"
#include "unicc.h"

static const struct where nowhere;

/* The user's folder with the tarballs; NULL: there is none. */
static const char *
user_folder(void)
{
	const char *folder = getenv("UNICC_SOURCES");

	return folder == NULL || *folder == '\0' ? NULL : folder;
}

static const char *
subject_of(const struct package *package)
{
	return arena_printf("%s %s", package->name, package->version);
}

static void
suggest_user_folder(const struct package *package)
{
	struct buffer names = { 0 };
	size_t i;

	for (i = 0; i < package->files_count; i++)
		buffer_printf(&names, "%s%s", i == 0 ? "" : ", ",
			      package->files[i].name);
	diag_fix("set UNICC_SOURCES to a folder that holds %s", names.at);
}

/* ---- Files of the package --------------------------------------------------- */

enum file_state { FILE_ABSENT, FILE_GOOD, FILE_BAD };

static enum file_state
look_at_file(const char *path, const struct package_file *file,
	     const char **found)
{
	struct bytes bytes;
	uint8_t sha256[32];

	if (!host_read(path, &bytes))
		return FILE_ABSENT;
	host_sha256(bytes, sha256);
	*found = host_hex(sha256, sizeof sha256);
	return text_equal(*found, file->sha256) ? FILE_GOOD : FILE_BAD;
}

static void
refuse_file(const struct package *package, const struct package_file *file,
	    const char *path, const char *found)
{
	diag(E0503, (struct where){ path, 0, 0 }, subject_of(package),
	     "the SHA-256 is %s, build.lua records %s", found, file->sha256);
	diag_fix("remove the file; or, if the new bytes are trusted, record "
		 "their hash in build.lua");
}

/* Are all the files in folder, unchanged? Reports a changed one. */
static bool
has_all_files(const struct package *package, const char *folder,
	      bool *is_refused)
{
	bool has_all = true;
	size_t i;

	for (i = 0; i < package->files_count; i++) {
		const struct package_file *file = &package->files[i];
		const char *path = host_join(folder, file->name), *found;
		enum file_state state = look_at_file(path, file, &found);

		if (state == FILE_BAD) {
			refuse_file(package, file, path, found);
			*is_refused = true;
		}
		has_all &= state == FILE_GOOD;
	}
	return has_all;
}

/* What an interrupted or damaged download left would only be in the way. */
static void
remove_damaged(const struct package *package, const char *folder)
{
	const char *found;
	size_t i;

	for (i = 0; i < package->files_count; i++) {
		const char *path = host_join(folder, package->files[i].name);

		if (look_at_file(path, &package->files[i], &found) == FILE_BAD)
			unlink(path);
	}
}

static bool
download(const struct package *package, const char *folder)
{
	const char *answer;
	bool is_refused = false;

	if (!diag_json)
		fprintf(stderr, "unicc: fetching the sources of %s %s through "
				"apt\n", package->name, package->version);
	switch (apt_download(package, host_join(host_cache_folder(), "apt"),
			     folder, &answer)) {
	case APT_OTHER_VERSION:
		diag(E0504, nowhere, subject_of(package),
		     "the mirrors have %s, build.lua records %s", answer,
		     package->version);
		suggest_user_folder(package);
		return false;
	case APT_FAILED:
		diag(E0502, nowhere, subject_of(package),
		     "not in the cache, and not to be had through apt: %s",
		     answer);
		suggest_user_folder(package);
		return false;
	case APT_DONE:
		break;
	}
	if (has_all_files(package, folder, &is_refused))
		return true;
	if (!is_refused) {
		diag(E0502, nowhere, subject_of(package),
		     "apt did not fetch every file of the package");
		suggest_user_folder(package);
	}
	return false;
}

/* The folder where all files of the package lie, verified; NULL after
 * diag(). */
bool
sources_are_used(const struct build *build, const struct package *package)
{
	const char *name;
	size_t i;

	for (i = 0; i < build->instances.count; i++) {
		name = build->instances.at[i]->module->package;
		if (name != NULL && text_equal(name, package->name))
			return true;
	}
	return text_equal(package->name, "musl");
}

const char *
sources_files(const struct package *package)
{
	const char *user = user_folder();
	const char *cache = host_join(host_cache_folder(), "downloads");
	bool is_refused = false;

	if (user != NULL) {
		if (has_all_files(package, user, &is_refused))
			return user;
		if (is_refused)
			return NULL;
	}
	if (!host_make_folders(cache)) {
		diag_cannot_write(cache);
		return NULL;
	}
	remove_damaged(package, cache);
	if (has_all_files(package, cache, &is_refused))
		return cache;
	if (user != NULL) {
		diag(E0502, nowhere, subject_of(package),
		     "not in the cache, and not all of it in %s", user);
		suggest_user_folder(package);
		return NULL;
	}
	return download(package, cache) ? cache : NULL;
}

/* ---- Unpacking ---------------------------------------------------------------- */

static bool
run_step(const struct package *package, const char *what, const char *folder,
	 const char *const *argv)
{
	struct buffer output = { 0 };
	int status = host_run(argv, &output);

	if (status == 0)
		return true;
	if (host_is_full(folder)) {
		diag_cannot_write(folder);
		return false;
	}
	diag(E0502, nowhere, subject_of(package), "%s: %s ended with %d: %s",
	     what, argv[0], status,
	     output.size == 0 ? "no message" : output.at);
	return false;
}

/* Debian's "3.0 (quilt)" form: the upstream tarball in a folder of its own,
 * debian/ beside it (dpkg-source(1)). */
static bool
unpack_tarballs(const struct package *package, const char *from, const char *to)
{
	size_t i;

	for (i = 0; i < package->files_count; i++) {
		const char *name = package->files[i].name;
		bool is_upstream = strstr(name, ".orig.tar.") != NULL;

		if (!is_upstream && strstr(name, ".debian.tar.") == NULL)
			continue;
		if (!run_step(package, name, to, (const char *[]){
				"tar", "-x", "-f", host_join(from, name),
				"-C", to, "--no-same-owner",
				"--no-same-permissions",
				is_upstream ? "--strip-components=1"
					    : "--strip-components=0",
				NULL }))
			return false;
	}
	return true;
}

/* debian/patches/series, with the options that dpkg-source gives to patch. */
static bool
apply_patches(const struct package *package, const char *folder)
{
	const char *patches = host_join(folder, "debian/patches");
	struct bytes bytes;
	char *text, *line, *rest;

	if (!host_read(host_join(patches, "series"), &bytes))
		return errno == ENOENT;
	text = arena_copy_n((const char *)bytes.at, bytes.size);
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		line[strcspn(line, " \t#")] = '\0';
		if (*line == '\0')
			continue;
		if (!run_step(package, line, folder, (const char *[]){
				"patch", "-s", "-t", "-F", "0", "-N", "-p1",
				"-u", "-V", "never", "-E", "-d", folder, "-i",
				host_join(patches, line), NULL }))
			return false;
	}
	return true;
}

static void
remove_folder(const char *folder)
{
	struct buffer output = { 0 };

	host_run((const char *[]){ "rm", "-rf", "--", folder, NULL }, &output);
}

static bool
unpack(const struct package *package, const char *from, const char *folder)
{
	const char *beside = arena_printf("%s.new", folder);

	remove_folder(beside);
	if (!host_make_folders(beside)) {
		diag_cannot_write(beside);
		return false;
	}
	if (unpack_tarballs(package, from, beside) &&
	    apply_patches(package, beside)) {
		if (rename(beside, folder) == 0)
			return true;
		diag_cannot_write(folder);
	}
	remove_folder(beside);
	return false;
}

/* ---- The folder ----------------------------------------------------------------- */

static const char *
folder_name(const struct package *package)
{
	struct buffer hashes = { 0 };
	uint8_t sha256[32];
	size_t i;

	for (i = 0; i < package->files_count; i++)
		buffer_printf(&hashes, "%s\n", package->files[i].sha256);
	host_sha256((struct bytes){ (const uint8_t *)hashes.at, hashes.size },
		    sha256);
	return arena_printf("%s_%s-%s", package->name, package->version,
			    host_hex(sha256, 8));
}

/* Another unicc may be at it, for as long as a mirror takes. */
static bool
wait_lock(int lock)
{
	if (flock(lock, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (errno == EWOULDBLOCK && !diag_json)
		fputs("unicc: waiting for another unicc that fetches sources\n",
		      stderr);
	return flock(lock, LOCK_EX) == 0;
}

const char *
sources_folder(const struct package *package)
{
	const char *all = host_join(host_cache_folder(), "sources");
	const char *folder = host_join(all, folder_name(package)), *from;
	bool is_there = host_exists(folder);
	int lock;

	if (is_there)
		return folder;
	if (!host_make_folders(all) ||
	    (lock = open(host_join(all, "lock"), O_RDWR | O_CREAT | O_CLOEXEC,
			 0666)) < 0 ||
	    !wait_lock(lock)) {
		diag_cannot_write(all);
		diag_fix("set XDG_CACHE_HOME to a folder that can be written");
		return NULL;
	}
	/* Another run may have done it while this one waited. */
	is_there = host_exists(folder);
	if (!is_there && (from = sources_files(package)) != NULL)
		is_there = unpack(package, from, folder);
	close(lock);
	return is_there ? folder : NULL;
}
