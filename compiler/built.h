/* SPDX-License-Identifier: ISC */
/* Finding the files of a built image, which may be anybody's. */
#ifndef UNICC_BUILT_H
#define UNICC_BUILT_H

#include "base.h"

/*
 * The image that a user names: the file itself, the only NAME.elf of a folder,
 * or the one beside a NAME.manifest.json or
 * a NAME.debug. NULL after diag(E0606).
 */
const char *built_image(const char *path);

/* "DIR/NAME" and ending, for the image "DIR/NAME.elf". */
const char *built_beside(const char *image_path, const char *ending);

/* The last part of a path. */
const char *built_name(const char *path);

/* The kinds of host that an image's files can be for. */
enum built_host { BUILT_QEMU, BUILT_XL, BUILT_LIBVIRT, BUILT_HOSTS };

/* What the names of their files end with, behind the image's: ".xl". */
extern const char *const built_host_endings[BUILT_HOSTS];
bool built_is_host_ending(const char *ending);

/* May a row of a manifest name this file? It lies in the image's folder. */
bool built_is_plain_name(const char *name);

#endif
