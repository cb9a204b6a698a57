/* SPDX-License-Identifier: ISC */
/*
 * The manifest's root: one hash over everything a manifest says.
 *
 *     "root": { "sha256": ROOT, "fields": [ { "name", "sha256" }, ... ] }
 *
 * A field's hash is that of its value as cJSON prints it unformatted; the root
 * is the hash of a line "unicc manifest 2" and a line "NAME HEX" for each
 * field, in order; a name is letters a-z and _. The file as a whole is what
 * cJSON prints of it: there is one way to write a manifest, so that no bit of
 * it is free. A signature is one of the root.
 *
 * Reading takes anybody's bytes.
 */
#ifndef UNICC_MANIFEST_ROOT_H
#define UNICC_MANIFEST_ROOT_H

#include <cjson/cJSON.h>

#include "base.h"

struct manifest {
	const char *path;
	cJSON *whole;		/* NULL: it is no JSON */
	const char *root;	/* 64 digits, or NULL if it does not hold */
	LIST(const char *) broken;	/* fields whose hash does not hold */
};

/* The form that this unicc writes, and the only one that it reads. */
extern const char manifest_format[];

/* Has it this form? Else false after diag(): E1009 if it has another one,
 * E0608 if it has none. */
bool manifest_has_format(const cJSON *whole, const char *path);

/* Has this version of unicc written it, as it must for what depends on the
 * catalogue? Else false after diag(E1009). */
bool manifest_has_version(const cJSON *whole, const char *path);

/* Put the root of all the other fields behind them, in place of an old one. */
void manifest_root_set(cJSON *whole);

/* What stands in a file of this manifest. */
struct bytes manifest_print(const cJSON *whole);

/* Read a manifest and compare it with its root; every part that differs is a
 * diag(E0608). False: nothing in it can be used. */
bool manifest_open(const char *path, struct bytes file,
		   struct manifest *manifest);
void manifest_close(struct manifest *manifest);

/* A field that the root vouches for, or NULL. */
const cJSON *manifest_field(const struct manifest *manifest, const char *name);

/* Text and number of an object; "" and false if there is none. */
const char *manifest_text(const cJSON *object, const char *key);
bool manifest_number(const cJSON *object, const char *key, uint64_t *number);

#endif
