/* SPDX-License-Identifier: ISC */
/* What the driver (unicc.c) offers to the commands. */
#ifndef UNICC_DRIVER_H
#define UNICC_DRIVER_H

#include "unicc.h"

/* Say what is wrong with the command line and how it goes; STATUS_USAGE. */
int usage_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* The folder that holds build.lua and the catalogue: the program's own, or
 * ../share/unicc from it when installed. */
const char *build_root(void);

/* Read the catalogue; false after diag(). */
bool build_open(struct build *build);

/* Take a word that every building command knows (-v, -o DIR,
 * --errors=json); *index moves past its argument. False: not one of these. */
bool build_option(struct build *build, int argc, char **argv, int *index);

/* Run the stages up to and including last, then print what was found. */
enum status build_until(struct build *build, const char *last);

int command_check(int argc, char **argv);

#endif
