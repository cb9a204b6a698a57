/* SPDX-License-Identifier: ISC */
/*
 * Bodies of files in the store: each by its SHA-256, so that the image's
 * assembly names it without a path of this machine, and the same compressed.
 *
 * What a folder came to, the compressed forms of all its files, is recorded
 * under the hash of what it held: a build that finds the record touches none of
 * the bodies again.
 */
#ifndef UNICC_CONTENT_STORE_H
#define UNICC_CONTENT_STORE_H

#include "unicc.h"

/* The folder that the assembly looks into. */
const char *content_store_folder(void);

/*
 * Put the bodies of all files there, with has_gzip compressed too where that
 * saves a tenth or more; fills gzip_blob and gzip_bytes. False after having
 * set errno; *path is what could not be written.
 */
bool content_store(struct content *content, bool has_gzip, const char **path);

#endif
