/* SPDX-License-Identifier: ISC */
/* What the driver (unicc.c) offers to the commands. */
#ifndef UNICC_DRIVER_H
#define UNICC_DRIVER_H

#include <stdio.h>

#include "unicc.h"

struct command {
	const char *name;	/* "build" is what a bare CONFIG.lua means */
	int (*run)(int argc, char **argv);
	const char *usage;	/* what follows the name */
	const char *does;
};

/* Every command, the build first; one without a name ends the table. */
extern const struct command commands[];

/* usage.c: what follows is about this command; NULL: about all. */
void usage_set_command(const struct command *command);

/* How every command is called. */
void usage_print(FILE *file);

/* What a command does and its options, on stdout; STATUS_OK. */
int usage_help(const struct command *command);

/* Say what is wrong with the command line and how it goes; STATUS_USAGE. */
int usage_error(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* An answer that nobody could read is no success: the exit status, of a
 * command that returned this one, once stdout is written or known not to be. */
int usage_finish(int status);

/* The same as usage_error about a word that the current command did not take, with what it
 * may have meant; --help is answered instead, and ends the program. */
int usage_unknown(const char *word);

/* The folder that holds build.lua and the catalogue: the program's own, or
 * ../share/unicc from it when installed. */
const char *build_root(void);

/* Read the catalogue; false after diag(). */
bool build_open(struct build *build);

/* A folder for what is removed at exit; NULL after diag(). */
const char *build_scratch(void);

/* Take a word that every building command knows (-v, -o DIR,
 * --set NAME=VALUE, --env FILE, --errors=json); *index moves past its argument. False: not one of these. */
bool build_option(struct build *build, int argc, char **argv, int *index);

/* Run the stages up to and including last; false after diag(). */
bool build_stages(struct build *build, const char *last);

/* The stages from link to audit again, of a build that ran them, with another
 * seed of its layout; false after diag(). */
bool build_link_again(struct build *build, const char *layout_seed);

/* build_stages, then print what was found. */
enum status build_until(struct build *build, const char *last);

int command_check(int argc, char **argv);

/* commands_audit.c: read an image, or build the configuration that
 * build->config_path names and read that. Not STATUS_OK after saying why. */
struct audit;
enum status audit_open(struct audit *audit, struct build *build);

/* diff_image.c: print what differs between two images; the exit status. */
int diff_images(const char *before, const char *after, bool is_json);

#endif
