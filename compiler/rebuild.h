/* SPDX-License-Identifier: ISC */
/* What rebuild.c, gauntlet.c and commands_bundle.c share. */
#ifndef UNICC_REBUILD_H
#define UNICC_REBUILD_H

#include "bundle.h"

/* The command that builds what was unpacked into folder, into out, both
 * absolute; it begins with "env", and there is no NULL at its end. is_absolute:
 * it is started elsewhere and names the configuration by its whole path. */
struct words rebuild_command(const struct bundle *bundle, const char *folder,
			     const char *out, bool is_absolute);

/* Build a configuration in a folder of ours, noting what it reads, up to the
 * fingerprint: false after diag(). */
bool bundle_build(struct build *build);

/* The configuration that is meant: a file, or the one of a folder. */
const char *bundle_config(const char *word);

/*
 * Build the configuration again and again, with one thing of its surroundings
 * changed each time, and compare every file with the first build's: E1006.
 * only names the variations to make; empty: all. The exit status.
 */
int gauntlet(struct build *build, const struct words *only, bool is_json);

/* A word of only that is no variation, or NULL. */
const char *gauntlet_unknown(const struct words *only);

#endif
