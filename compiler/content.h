/* SPDX-License-Identifier: ISC */
/* Files that enter the image: settings of type file and files. */
#ifndef UNICC_CONTENT_H
#define UNICC_CONTENT_H

#include "unicc.h"

/*
 * Read what the setting names, if it is a file or files setting that is given:
 * bytes, compressed forms, types, tags and heads into value.content. Every
 * file read becomes an input of the build. Errors: E0401, E0402, E0403, E0406.
 */
void content_read(struct build *build, struct instance *instance,
		  size_t setting_index);

/* The name of the assembly unit that holds the bodies: "www.content". */
const char *content_name(const struct instance *instance, size_t setting_index);

/* Append the C definition of the setting: the table, without the bodies. */
void content_write_c(struct buffer *out, const struct build *build,
		     const struct instance *instance, size_t setting_index);

/* Append the assembly that brings the bodies in from the store. */
void content_write_bodies(struct buffer *out, const struct instance *instance,
			  size_t setting_index);

/* The flags with which that assembly finds the store. */
const char **content_flags(size_t *count);

#endif
