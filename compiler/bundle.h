/* SPDX-License-Identifier: ISC */
/*
 * A bundle: all that a build was made from, and what it gave, in one file.
 *
 *     bundle.json       what follows, with hashes; options, packages
 *     catalogue/        build.lua, and all modules with their build-time C
 *     config/           the configuration and every file of its own it needs
 *     sources/          the tarballs of third-party sources
 *     packages/         the Debian packages of compiler and linker
 *     program/unicc     this program
 *     output/           what was built
 *
 * Another machine rebuilds it without a network. Nothing in a bundle is run
 * but what a configuration may have run anyway: its C is compiled, with the
 * flags of this unicc's own build.lua, and check code runs in its sandbox. The
 * program and the packages are for people.
 */
#ifndef UNICC_BUNDLE_H
#define UNICC_BUNDLE_H

#include "package.h"
#include "tar.h"

struct bundle {
	struct tar files;
	const char *config;	/* "config/web.lua" */
	LIST(const char *) options;	/* "NAME=VALUE" */
	LIST(const char *) env;	/* "config/prod.env" */
};

/*
 * Pack what a build was made from; build has gone through fingerprint, and
 * host_record_reads was called before it. False after diag(E1005).
 */
bool bundle_pack(const struct build *build, bool has_packages,
		 struct bundle *bundle);

/* Read a bundle, which may be anybody's, and compare every file with its hash:
 * false after diag(E1004). */
bool bundle_open(const char *path, struct bundle *bundle);

/* Write catalogue, configuration and sources below folder, in this order of
 * their names or the other way round, with this program beside the catalogue:
 * false after diag(). */
bool bundle_unpack(const struct bundle *bundle, const char *folder,
		   bool is_backwards);

#endif
