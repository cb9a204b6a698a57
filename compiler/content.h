/* SPDX-License-Identifier: ISC */
/* Files that enter the image: settings of type file and files. */
#ifndef UNICC_CONTENT_H
#define UNICC_CONTENT_H

#include "unicc.h"

/*
 * Read what the setting names, if it is a file or files setting that is given,
 * or has parts that are: bytes, compressed forms, types, tags and heads into
 * the content of each value. Every file read becomes an input of the build.
 * Errors: E0401, E0402, E0403, E0406.
 */
void content_read(struct build *build, struct instance *instance,
		  size_t setting_index);

/* Has content_read found a file for this setting? */
bool content_is_there(const struct instance *instance, size_t setting_index);

/* The files of this setting, those of its parts included, in their order. */
const struct content_file **content_files(const struct instance *instance,
					  size_t setting_index, size_t *count);

/* The label of a file of a setting (label.h), whichever of its paths is given:
 * what lies outside of the configuration's folder is named by the setting, because
 * no account of an image depends on where: "www.content:/index.html". */
const char *content_label(const struct instance *instance,
			  size_t setting_index,
			  const struct content_file *file);

/* Append the C definition of a setting of type file or files, without the
 * bodies. content NULL: not given. (content_c.c) */
void content_write_c(struct buffer *out, const struct setting *setting,
		     const struct content *content);

/* The same for a value of type files inside of another: what it points to, as
 * NAME_entries and NAME_starts, and its initialiser. */
void content_write_tables(struct buffer *out, const char *name,
			  const struct content *content);
void content_write_table(struct buffer *out, const char *name,
			 const struct content *content);

/* Append the assembly that brings the bodies in from the store: a unit called
 * as the setting, "www.content". */
void content_write_bodies(struct buffer *out, const struct instance *instance,
			  size_t setting_index);

/* The flags with which that assembly finds the store. */
const char **content_flags(size_t *count);

#endif
