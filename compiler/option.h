/* SPDX-License-Identifier: ISC */
/*
 * Options of a configuration, from outside: what --set and --env give, and
 * where the output goes because of it. What a configuration declares is
 * evaluate_option.c's.
 */
#ifndef UNICC_OPTION_H
#define UNICC_OPTION_H

#include "unicc.h"

/* Take the NAME=VALUE of --set; false if it is none. */
bool option_set(struct build *build, const char *word);

/* Take the files given with --env into build->given, and sort that by name;
 * a name that is given twice is an error (E0114). */
void option_collect(struct build *build);

/* The value given to an option, or NULL; it is marked as used. */
const struct given *option_given(struct build *build, const char *name);

/* What was given to no declared option (E0113). */
void option_report_unknown(const struct build *build);

/* The name of the folder below build/: the image's, and each option that was
 * given with its value, by name: "web-env.prod+port.8080". */
const char *option_folder(const struct build *build);

/* The options by name; build->options.count of them. */
const struct config_option **option_sorted(const struct build *build);

/* The option's value as one would give it: "prod", "4MiB". */
const char *option_show(const struct config_option *option);

#endif
