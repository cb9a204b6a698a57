/* SPDX-License-Identifier: ISC */
/*
 * Bundles as tar files, in the one form that unicc writes: POSIX ustar
 * (IEEE Std 1003.1, pax), regular files only, sorted by name, owned by nobody,
 * of the time 0. The same files give the same bytes.
 *
 * Reading takes anybody's bytes and no other form: no link, no device, no
 * folder, no path that leaves the folder it is unpacked into, no name twice.
 */
#ifndef UNICC_TAR_H
#define UNICC_TAR_H

#include "base.h"

struct tar_file {
	const char *name;	/* "config/web.lua" */
	struct bytes bytes;
};

struct tar {
	struct tar_file *at;
	size_t count, room;
};

/* Can a file of this name be in one? */
bool tar_is_name(const char *name);

/* The file that holds these, which are sorted and of which the first of a name
 * is kept; in the arena. */
struct bytes tar_write(struct tar *files);

/* NULL, or what keeps these bytes from being a bundle. The files point into
 * them. */
const char *tar_read(struct bytes bytes, struct tar *files);

/* The file of this name, or NULL. */
const struct tar_file *tar_find(const struct tar *files, const char *name);

#endif
