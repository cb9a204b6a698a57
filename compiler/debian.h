/* SPDX-License-Identifier: ISC */
/* Which Debian packages the tools of a build came from. */
#ifndef UNICC_DEBIAN_H
#define UNICC_DEBIAN_H

#include "base.h"

struct debian_package {
	const char *name, *version, *architecture;
	const char *file;	/* "clang-19_1%3a19.1.7-3_amd64.deb" */
};

struct debian_packages {
	struct debian_package *at;
	size_t count, room;
};

/*
 * The installed packages that own these files and the shared libraries that
 * the programs among them load; sorted by name. Empty where there is no dpkg.
 */
struct debian_packages debian_owners(const char *const *paths,
				     size_t paths_count);

/*
 * Pack the package again from what is installed of it, into folder: the files
 * as dpkg -L lists them, the control fields as dpkg tells them. The same bytes
 * on each machine that has it installed unchanged. NULL: dpkg-deb cannot.
 */
const char *debian_repack(const struct debian_package *package,
			  const char *folder);

/* The package's file: from apt's own archive, else fetched into folder through
 * apt as this machine is set up. NULL: it cannot be had. */
const char *debian_fetch(const struct debian_package *package,
			 const char *folder);

#endif
