/* SPDX-License-Identifier: ISC */
/*
 * What a compiler may read while it compiles a stranger's module: the
 * catalogue, the cache, the folders of modules, what unicc generated, and the
 * system's own. So no #include, #embed, .incbin or link brings another file of
 * the user's into an image.
 */
#ifndef UNICC_CONFINE_H
#define UNICC_CONFINE_H

#include "base.h"

/* Files below folder may be read too. Copied; it may be missing still. */
void confine_add(const char *folder);

/*
 * In a child, before it becomes the compiler: let it, and what it starts, open
 * no other file for reading (Landlock); TMPDIR becomes the cache. A kernel without Landlock lets it read
 * all that the user can; confine_allows then finds what a list of
 * dependencies names, but not .incbin.
 */
void confine_apply(void);

/* May the file at path, links followed, be read? */
bool confine_allows(const char *path);

/* Is this error of clang's about a file that is there and may not be read? */
bool confine_refused(const char *error);

#endif
