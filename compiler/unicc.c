/* SPDX-License-Identifier: ISC */
/*
 * The program: its commands and the stages of a build, each in one table.
 *
 * A stage returns with diagnostics recorded or not; the first stage that
 * records any is the last one that runs.
 */
#include "unicc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver.h"

static const struct stage {
	const char *name;
	void (*run)(struct build *build);
	const char *settles;
} stages[] = {
	{ "evaluate", evaluate, "what was asked for" },
	{ "resolve", resolve, "which instances, how wired, in which order" },
	{ "freeze", freeze, "every value; nothing below reads Lua" },
	{ "check", check, "that the modules accept the values" },
	{ "compile", compile, "the objects" },
	{ "link", link_image, "every address" },
	{ "fingerprint", fingerprint, "the image's identity" },
	{ "package", package, "the files the host is given" },
};

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *usage;
	const char *does;
} commands[] = {
	{ "check", command_check, "CONFIG.lua",
	  "evaluate to check: no image is compiled" },
	{ "config", command_config, "CONFIG.lua [--json]",
	  "every final value with its origin" },
	{ "run", command_run,
	  "CONFIG.lua|DIR [--port HOST:GUEST]... [--qemu-arg ARG]... [--print]",
	  "build if stale, boot, console on stdout" },
	{ "id", command_id, "FILE|DIR [--json]",
	  "an image's fingerprints" },
	{ "modules", command_modules, "[--json]",
	  "what a configuration can name" },
	{ "doc", command_doc, "MODULE[.SETTING] [--json]",
	  "a module's settings, from its declaration" },
	{ "new", command_new, "DIR [--app]",
	  "write a small working configuration" },
};

static void
print_usage(FILE *file)
{
	size_t i;

	fputs("usage: unicc CONFIG.lua [-o DIR] [--until STAGE] [-v] "
	      "[--errors=json]\n", file);
	for (i = 0; i < countof(commands); i++)
		fprintf(file, "       unicc %s %s\n", commands[i].name,
			commands[i].usage);
}

static void
print_help(void)
{
	size_t i;

	puts("unicc turns one Lua file into one bootable machine image.\n");
	print_usage(stdout);
	puts("\nCommands:");
	puts("  CONFIG.lua  build the image and its host's files");
	for (i = 0; i < countof(commands); i++)
		printf("  %-10s  %s\n", commands[i].name, commands[i].does);
	puts("\nStages of a build, and what each settles:");
	for (i = 0; i < countof(stages); i++)
		printf("  %-11s  %s\n", stages[i].name, stages[i].settles);
	puts("\nExit status: 0 done; 1 the configuration is wrong; 2 usage; "
	     "3 the toolchain or\nthe machine failed; 4 a verification, "
	     "budget or contract does not hold; run\nbesides: 5 the guest "
	     "ended with a status other than 0; 6 it panicked or was lost.\n"
	     "The manual is unicc(1).");
}

int
usage_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "unicc: %s\n", arena_vprintf(format, args));
	va_end(args);
	print_usage(stderr);
	return STATUS_USAGE;
}

static size_t
stage_index(const char *name)
{
	size_t i;

	for (i = 0; i < countof(stages); i++)
		if (text_equal(stages[i].name, name))
			break;
	return i;
}

static double
monotonic_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

enum status
build_until(struct build *build, const char *last)
{
	size_t end = stage_index(last), i;

	for (i = 0; i <= end && diag_count() == 0; i++) {
		double before = monotonic_ms();

		stages[i].run(build);
		if (build->is_verbose)
			fprintf(stderr, "%-11s  %7.1f ms\n", stages[i].name,
				monotonic_ms() - before);
	}
	return diag_flush();
}

const char *
build_root(void)
{
	const char *program = host_program_folder();
	const char *installed = host_join(program, "../share/unicc");

	if (host_exists(host_join(program, "build.lua")))
		return program;
	return installed;
}

bool
build_open(struct build *build)
{
	build->catalogue = catalogue_read(build_root());
	return diag_count() == 0;
}

bool
build_option(struct build *build, int argc, char **argv, int *index)
{
	const char *word = argv[*index];

	if (text_equal(word, "-v")) {
		build->is_verbose = true;
	} else if (text_equal(word, "--errors=json")) {
		diag_json = true;
	} else if (text_equal(word, "-o") && *index + 1 < argc) {
		build->out_path = argv[++*index];
		build->is_out_given = true;
	} else {
		return false;
	}
	return true;
}

static bool
take_config(struct build *build, const char *word)
{
	if (word[0] == '-' || build->config_path != NULL)
		return false;
	build->config_path = word;
	return true;
}

int
command_check(int argc, char **argv)
{
	struct build build = { 0 };
	int i;

	for (i = 1; i < argc; i++)
		if (!build_option(&build, argc, argv, &i) &&
		    !take_config(&build, argv[i]))
			return usage_error("check: what is %s?", argv[i]);
	if (build.config_path == NULL)
		return usage_error("check: which configuration?");
	build.is_check_only = true;
	if (!build_open(&build))
		return (int)diag_flush();
	return (int)build_until(&build, "check");
}

static int
command_build(int argc, char **argv)
{
	struct build build = { 0 };
	const char *until = "package";
	int i;

	for (i = 0; i < argc; i++) {
		if (text_equal(argv[i], "--until") && i + 1 < argc)
			until = argv[++i];
		else if (!build_option(&build, argc, argv, &i) &&
			 !take_config(&build, argv[i]))
			return usage_error("what is %s?", argv[i]);
	}
	if (stage_index(until) == countof(stages))
		return usage_error("there is no stage %s", until);
	if (build.config_path == NULL)
		return usage_error("which configuration?");
	if (!build_open(&build))
		return (int)diag_flush();
	return (int)build_until(&build, until);
}

int
main(int argc, char **argv)
{
	const char *names[countof(commands)];
	const char *word = argc > 1 ? argv[1] : "";
	const char *nearest;
	size_t i;

	if (text_equal(word, "--help") || text_equal(word, "-h") ||
	    text_equal(word, "help")) {
		print_help();
		return STATUS_OK;
	}
	if (text_equal(word, "--version")) {
		puts("unicc " UNICC_VERSION);
		return STATUS_OK;
	}
	for (i = 0; i < countof(commands); i++) {
		names[i] = commands[i].name;
		if (text_equal(word, names[i]))
			return commands[i].run(argc - 1, argv + 1);
	}
	if (text_ends(word, ".lua") || word[0] == '-')
		return command_build(argc - 1, argv + 1);
	if (word[0] == '\0')
		return usage_error("what is to be done?");
	nearest = text_nearest(word, names, countof(names));
	if (nearest != NULL)
		return usage_error("there is no command %s; is it %s?", word,
				   nearest);
	return usage_error("there is no command %s, and a configuration's "
			   "name ends with .lua", word);
}
