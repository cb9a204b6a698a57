/* SPDX-License-Identifier: ISC */
/*
 * What a manifest can vouch for of audit.json: all but its lines.
 *
 * audit.json shows the text of the configuration and names its lines, and a
 * manifest stays the same when they only move. So its hash is one of all bytes
 * but two kinds: the texts of config_lines, and the digits of a line's number
 * in an origin ("web.lua:12"). Who changes an audit.json without being noticed
 * can point to another line, and to nothing else.
 */
#ifndef UNICC_AUDIT_LINES_H
#define UNICC_AUDIT_LINES_H

#include "base.h"

/* The file's name, which does not depend on the image's. */
extern const char audit_file[];

/* The field of its row of the manifest's files that holds the hash. */
extern const char audit_hash_field[];

/* The hash of an audit.json, which may be anybody's, without its lines; false:
 * its lines are not as unicc writes them. */
bool audit_hash(struct bytes json, uint8_t sha256[32]);

#endif
