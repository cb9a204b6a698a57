/* SPDX-License-Identifier: ISC */
/*
 * Names of files that do not depend on where they lie.
 *
 * A label is what is recorded, hashed and written into debug information:
 * "kernel/kernel.c" below the catalogue, "generated/www.c" for what freeze
 * wrote, "config/app/app.c" beside the configuration, "musl:src/string/memcpy.c"
 * in a source package, "clang/stddef.h" of the compiler. Both ways are exact:
 * two paths have the same label only if they lead to the same file.
 */
#ifndef UNICC_LABEL_H
#define UNICC_LABEL_H

#include "base.h"

/* Files below folder get labels that start with prefix. The folder may be
 * missing still; both are copied. The longest folder that fits is used. */
void label_add(const char *folder, const char *prefix);

/* Forget all folders: another build in this process has others. */
void label_clear(void);

/* The absolute path, without "." and ".." and double slashes. */
const char *label_absolute(const char *path);

/* The label of a path; a file outside every folder is "outside" and its
 * absolute path. */
const char *label_of(const char *path);

/* The path as one would write it in a file of the folder: "site/index.html",
 * "../shared.lua". */
const char *label_from(const char *folder, const char *path);

/* The same as a reader is told it: what lies beside the configuration, or
 * outside of every folder, by its path from there: "web.lua", "../shared.lua". */
const char *label_shown(const char *path);

/* The folder whose label prefix is used for a path, and what follows it; the
 * folder is "/" for a file outside. */
void label_split(const char *path, const char **folder, const char **rest);

/* The path of a label; a label of no known folder gives NULL. */
const char *label_path(const char *label);

/* The flags that put labels in place of paths into what clang writes. */
void label_flags(const char ***flags, size_t *flags_count);

#endif
