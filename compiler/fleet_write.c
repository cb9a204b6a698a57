/* SPDX-License-Identifier: ISC */
/* Fleets, the files of one instance: see fleet.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fleet.h"
#include "type.h"

static const char *
shared_path(const struct fleet *fleet, const struct kept *kept)
{
	return host_join(fleet->out,
			 kept->is_named
				 ? arena_printf("%s%s", fleet->sealing->name,
						kept->name)
				 : kept->name);
}

static bool
write_file(const char *path, const struct output *output)
{
	int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			output->mode);
	int error;

	if (file < 0)
		return false;
	if (host_write_all(file, output->bytes))
		return close(file) == 0;
	error = errno;
	close(file);
	errno = error;
	return false;
}

/*
 * The file beside it has the same name every time: what a killed run has left is
 * taken by the next, for the fleet's folder is too large to be searched.
 */
static bool
write_if_changed(const char *path, struct bytes bytes)
{
	const char *beside = arena_printf("%s.unfinished", path);
	struct output output = { path, bytes, 0444 };
	bool is_written;
	int error;

	if (host_holds(path, bytes))
		return true;
	unlink(beside);
	host_remove_on_interrupt(beside);
	is_written = write_file(beside, &output) && rename(beside, path) == 0;
	error = errno;
	if (!is_written)
		unlink(beside);
	host_keep(beside);
	errno = error;
	return is_written;
}

/* Not as an output is put: what lies in this folder is too much to list. */
bool
fleet_write_shared(struct fleet *fleet)
{
	size_t before = diag_count(), i;

	if (fleet->build != NULL)
		return true;
	fleet->kept = seal_kept(fleet->sealing, &fleet->kept_count);
	for (i = 0; i < fleet->kept_count; i++) {
		struct kept *kept = &fleet->kept[i];
		const char *path = shared_path(fleet, kept);
		struct bytes bytes;

		if (!host_read(kept->path, &bytes))
			diag(E0606, (struct where){ kept->path, 0, 0 }, NULL,
			     "%s", host_read_error());
		else if (!write_if_changed(path, bytes))
			package_cannot_write(path);
		/* From here on it is linked to. */
		kept->path = path;
	}
	return diag_count() == before;
}

static bool
is_unfinished(const char *name)
{
	static const char end[] = ".unfinished";
	size_t size = strlen(name), end_size = sizeof end - 1;

	return size > end_size && text_ends(name, end) &&
	       is_image_name(arena_copy_n(name, size - end_size));
}

void
fleet_remove_unfinished(const struct fleet *fleet)
{
	DIR *folder = opendir(fleet->out);
	struct dirent *entry;

	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (is_unfinished(entry->d_name))
			host_remove_folder(host_join(fleet->out,
						     entry->d_name));
	if (folder != NULL)
		closedir(folder);
}

/* A link, or where a file system has no more of them, a copy. */
static bool
link_kept(const char *from, const char *to)
{
	const char *beside = arena_printf("%s.unfinished", to);
	struct stat has, wanted;
	struct bytes bytes;

	if (lstat(to, &has) == 0 && lstat(from, &wanted) == 0 &&
	    has.st_dev == wanted.st_dev && has.st_ino == wanted.st_ino)
		return true;
	unlink(beside);
	if (link(from, beside) == 0 && rename(beside, to) == 0)
		return true;
	unlink(beside);
	return host_read(from, &bytes) && host_write_if_changed(to, bytes);
}

static const char *
kept_path(const char *folder, const struct kept *kept, const char *name)
{
	return host_join(folder, arena_printf("%s%s",
					      kept->is_named ? name : "",
					      kept->name));
}

/* All of a new folder, which gets its name at the end. */
static bool
write_new(const struct fleet *fleet, const char *name, const char *folder,
	  const struct outputs *outputs)
{
	const char *beside = arena_printf("%s.unfinished", folder), *path;
	size_t i;

	host_remove_folder(beside);
	host_remove_on_interrupt(beside);
	path = beside;
	if (mkdir(beside, 0777) != 0)
		goto failed;
	for (i = 0; i < outputs->count; i++) {
		path = host_join(beside, outputs->at[i].name);
		if (!write_file(path, &outputs->at[i]))
			goto failed;
	}
	for (i = 0; i < fleet->kept_count; i++) {
		path = kept_path(beside, &fleet->kept[i], name);
		if (!link_kept(fleet->kept[i].path, path))
			goto failed;
	}
	path = folder;
	if (rename(beside, folder) == 0) {
		host_keep(beside);
		return true;
	}
failed:
	package_cannot_write(path);
	host_remove_folder(beside);
	host_keep(beside);
	return false;
}

static bool
is_there(const char *folder, const struct outputs *outputs)
{
	size_t i;

	for (i = 0; i < outputs->count; i++)
		if (!package_has(folder, &outputs->at[i]))
			return false;
	return true;
}

/* What is there already stays: file by file. */
static bool
write_over(const struct fleet *fleet, const char *name, const char *folder,
	   const struct outputs *outputs, bool *is_new)
{
	size_t before = diag_count(), i;

	*is_new = !is_there(folder, outputs);
	if (*is_new)
		package_put(folder, *outputs);
	for (i = 0; diag_count() == before && i < fleet->kept_count; i++) {
		const char *path = kept_path(folder, &fleet->kept[i], name);

		if (!link_kept(fleet->kept[i].path, path))
			package_cannot_write(path);
	}
	return diag_count() == before;
}

bool
fleet_write(const struct fleet *fleet, const char *name, bool *is_new)
{
	const char *folder = host_join(fleet->out, name);
	struct outputs outputs = seal_outputs(fleet->sealing, name);
	struct stat status;

	*is_new = true;
	if (lstat(folder, &status) != 0)
		return write_new(fleet, name, folder, &outputs);
	if (S_ISDIR(status.st_mode))
		return write_over(fleet, name, folder, &outputs, is_new);
	diag(E0605, (struct where){ folder, 0, 0 }, NULL, "%s",
	     S_ISLNK(status.st_mode)
		     ? "it is a link; a fleet writes into folders of its own"
		     : strerror(ENOTDIR));
	diag_fix("remove it");
	return false;
}
