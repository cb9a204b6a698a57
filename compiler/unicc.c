/* SPDX-License-Identifier: ISC */
/*
 * The program: its commands and the stages of a build, each in one table.
 *
 * A stage returns with diagnostics recorded or not; the first stage that
 * records any is the last one that runs.
 */
#include "unicc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "driver.h"
#include "option.h"
#include "label.h"

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
	{ "audit", audit, "that the image holds what was asked for" },
	{ "package", package, "the files the host is given" },
};

static int command_build(int argc, char **argv);

const struct command commands[] = {
	{ "build", command_build,
	  "CONFIG.lua [-o DIR] [--set NAME=VALUE]... [--env FILE] "
	  "[--until STAGE] [-v] [--errors=json]",
	  "build the image and its host's files" },
	{ "check", command_check,
	  "CONFIG.lua [--set NAME=VALUE]... [--env FILE]",
	  "evaluate to check: no image is compiled" },
	{ "config", command_config,
	  "CONFIG.lua [--set NAME=VALUE]... [--env FILE] [--json]",
	  "every final value with its origin" },
	{ "diff", command_diff,
	  "FILE|DIR FILE|DIR [--json] | "
	  "--config A.lua [--set NAME=VALUE]... [--env FILE] "
	  "B.lua [--set NAME=VALUE]... [--env FILE] [--json]",
	  "what differs between two images, or between two configurations" },
	{ "run", command_run,
	  "CONFIG.lua|DIR [-o DIR] [--set NAME=VALUE]... [--env FILE] "
	  "[--on qemu|xen|xl] [--port HOST:GUEST]... [--qemu-arg ARG]... "
	  "[--print]",
	  "build if stale, boot, console on stdout" },
	{ "package", command_package, "FILE|DIR --for qemu|xl|libvirt [-o DIR]",
	  "write a host's file of an image again" },
	{ "check-host", command_check_host, "FILE.xl [IMAGE|DIR] [--json]",
	  "does a host's file give the image what it needs?" },
	{ "id", command_id, "FILE|DIR [--json | --root]",
	  "an image's fingerprints" },
	{ "verify", command_verify,
	  "FILE|DIR [CONFIG.lua [--set NAME=VALUE]... [--env FILE]] "
	  "[--live URL|LOG] [--key SIGNERS] [--json]",
	  "is an image, and all beside it, what was built?" },
	{ "seal", command_seal,
	  "FILE|DIR [--set NAME=VALUE]... [--set-file NAME=FILE]... "
	  "[--name NAME] [--modules DIR] -o DIR",
	  "the same code with other sealed values, without a compiler" },
	{ "fleet", command_fleet,
	  "FILE|DIR|CONFIG.lua TABLE.csv|TABLE.lua -o DIR [--modules DIR] "
	  "[--set NAME=VALUE]... [--env FILE]",
	  "a machine for every row of a table: sealed, or linked again" },
	{ "audit", command_audit,
	  "FILE|DIR|CONFIG.lua [-o DIR] [--set NAME=VALUE]... [--env FILE] "
	  "[--json|--html|--eliminated]",
	  "every byte of an image: what it is and why it is there" },
	{ "why", command_why,
	  "FILE|DIR|CONFIG.lua THING [-o DIR] [--set NAME=VALUE]... "
	  "[--env FILE] [--json]",
	  "the lines that a thing in an image is there because of" },
	{ "why-not", command_why_not,
	  "CONFIG.lua THING [--set NAME=VALUE]... [--env FILE] [--json]",
	  "which value or module would bring a thing into an image" },
	{ "cost", command_cost,
	  "CONFIG.lua KEY=VALUE [--set NAME=VALUE]... [--env FILE] [--json]",
	  "what an image would be with another value" },
	{ "affected", command_affected, "FILE|DIR FUNCTION|SOURCE [--json]",
	  "is what an advisory names in an image, and if not, why?" },
	{ "bundle", command_bundle,
	  "CONFIG.lua|DIR -o FILE.tar [--set NAME=VALUE]... [--env FILE] "
	  "[--without-packages]",
	  "pack all that a build is made from" },
	{ "rebuild", command_rebuild,
	  "FILE.tar [-o DIR] | --gauntlet CONFIG.lua [--only NAME]... "
	  "[--set NAME=VALUE]... [--env FILE] [--json]",
	  "build again, with nothing kept, and compare to the byte" },
	{ "modules", command_modules, "[--json]",
	  "what a configuration can name" },
	{ "doc", command_doc,
	  "MODULE[.NAME] [--json | --header] | --luacats | --luacheck | --man",
	  "a module's settings, or the catalogue for other programs" },
	{ "explain", command_explain, "[CODE]",
	  "what an error means and how it is mended" },
	{ "new", command_new, "DIR [--app]",
	  "write a small working configuration" },
	{ 0 },
};

static void
print_help(void)
{
	size_t i;

	puts("unicc turns one Lua file into one bootable machine image.\n");
	usage_print(stdout);
	puts("\nCommands, each with a --help of its own:");
	for (i = 0; commands[i].name != NULL; i++)
		printf("  %-10s  %s\n",
		       i == 0 ? "CONFIG.lua" : commands[i].name,
		       commands[i].does);
	puts("\nStages of a build, and what each settles:");
	for (i = 0; i < countof(stages); i++)
		printf("  %-11s  %s\n", stages[i].name, stages[i].settles);
	puts("\nExit status: 0 done; 1 the configuration is wrong; 2 usage; "
	     "3 the toolchain or\nthe machine failed; 4 a verification, "
	     "budget or contract does not hold; run\nbesides: 5 the guest "
	     "ended with a status other than 0; 6 it panicked or was lost.\n"
	     "The manual is unicc(1).");
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

/* ninja's files have no way to write a line break in a path. */
static void
check_paths(const struct build *build)
{
	const char *path = label_absolute(build->config_path);

	if (strchr(path, '\n') == NULL && build->is_out_given)
		path = label_absolute(build->out_path);
	if (strchr(path, '\n') != NULL)
		diag(E0111, (struct where){ build->config_path, 0, 0 }, path,
		     "a path with a line break cannot be built in");
}

static bool
run_stages(struct build *build, const char *first, const char *last)
{
	size_t end = stage_index(last), before = diag_count(), i;

	for (i = stage_index(first); i <= end && diag_count() == before; i++) {
		double before_ms = monotonic_ms();

		stages[i].run(build);
		if (build->is_verbose)
			fprintf(stderr, "%-11s  %7.1f ms\n", stages[i].name,
				monotonic_ms() - before_ms);
	}
	return diag_count() == before;
}

bool
build_stages(struct build *build, const char *last)
{
	size_t before = diag_count();

	check_paths(build);
	return diag_count() == before && run_stages(build, "evaluate", last);
}

bool
build_link_again(struct build *build, const char *layout_seed)
{
	build->image.layout_seed = layout_seed;
	return run_stages(build, "link", "audit");
}

enum status
build_until(struct build *build, const char *last)
{
	build_stages(build, last);
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

const char *
build_scratch(void)
{
	const char *folder = host_scratch_folder();

	if (folder == NULL) {
		diag(E0605, (struct where){ "TMPDIR", 0, 0 }, NULL, "%s",
		     strerror(errno));
		diag_fix("set it to a folder that can be written");
	}
	return folder;
}

bool
build_option(struct build *build, int argc, char **argv, int *index)
{
	const char *word = argv[*index];

	if (text_equal(word, "-v")) {
		build->is_verbose = true;
	} else if (text_equal(word, "--errors=json")) {
		diag_json = true;
	} else if (text_equal(word, "-o") && *index + 1 < argc &&
		   argv[*index + 1][0] != '\0') {
		build->out_path = argv[++*index];
		build->is_out_given = true;
	} else if (text_equal(word, "--set") && *index + 1 < argc &&
		   option_set(build, argv[*index + 1])) {
		++*index;
	} else if (text_equal(word, "--env") && *index + 1 < argc &&
		   argv[*index + 1][0] != '\0') {
		*list_add(&build->env_paths) = argv[++*index];
	} else {
		return false;
	}
	return true;
}

static bool
take_config(struct build *build, const char *word)
{
	if (word[0] == '-' || word[0] == '\0' || build->config_path != NULL)
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
			return usage_unknown(argv[i]);
	if (build.config_path == NULL)
		return usage_error("which configuration?");
	build.is_check_only = true;
	if (!build_open(&build))
		return (int)diag_flush();
	return (int)build_until(&build, "check");
}

static int
no_such_stage(const char *word)
{
	const char *names[countof(stages)], *nearest;
	size_t i;

	for (i = 0; i < countof(stages); i++)
		names[i] = stages[i].name;
	nearest = text_nearest(word, names, countof(names));
	if (nearest != NULL)
		return usage_error("there is no stage %s; is it %s?", word,
				   nearest);
	return usage_error("there is no stage %s; unicc --help lists them",
			   word);
}

static int
command_build(int argc, char **argv)
{
	struct build build = { 0 };
	const char *until = "package";
	int i;

	for (i = 1; i < argc; i++) {
		if (text_equal(argv[i], "--until") && i + 1 < argc)
			until = argv[++i];
		else if (!build_option(&build, argc, argv, &i) &&
			 !take_config(&build, argv[i]))
			return usage_unknown(argv[i]);
	}
	if (stage_index(until) == countof(stages))
		return no_such_stage(until);
	if (build.config_path == NULL)
		return usage_error("which configuration?");
	if (!build_open(&build))
		return (int)diag_flush();
	return (int)build_until(&build, until);
}

/* A first word that is no command: what was it meant to be? */
static int
unknown_command(const char *word)
{
	const char *names[32], *nearest;
	struct stat status;
	size_t count;

	if (word[0] == '\0')
		return usage_error("what is to be done?");
	if (stat(word, &status) == 0 && S_ISDIR(status.st_mode))
		return usage_error("%s is a folder: name the configuration in "
				   "it, or run an image with unicc run %s",
				   word, word);
	if (stat(word, &status) == 0)
		return usage_error("%s is no command, and a configuration's "
				   "name ends with .lua", word);
	for (count = 0; commands[count].name != NULL; count++)
		names[count] = commands[count].name;
	nearest = text_nearest(word, names + 1, count - 1);
	if (nearest != NULL)
		return usage_error("there is no command %s; is it %s?", word,
				   nearest);
	return usage_error("there is no command %s, and a configuration's "
			   "name ends with .lua", word);
}

static const struct command *
find_command(const char *word)
{
	size_t i;

	for (i = 0; commands[i].name != NULL; i++)
		if (text_equal(word, commands[i].name))
			return &commands[i];
	return NULL;
}

static int
run_command(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";
	const struct command *command = find_command(word);

	if (text_equal(word, "--help") || text_equal(word, "-h") ||
	    text_equal(word, "help")) {
		if (argc > 2 && find_command(argv[2]) != NULL)
			return usage_help(find_command(argv[2]));
		if (argc > 2)
			return unknown_command(argv[2]);
		print_help();
		return STATUS_OK;
	}
	if (text_equal(word, "--version")) {
		puts("unicc " UNICC_VERSION);
		return STATUS_OK;
	}
	if (command == commands ||
	    (command == NULL && !text_ends(word, ".lua") && word[0] != '-'))
		return unknown_command(word);
	usage_set_command(command == NULL ? commands : command);
	if (command == NULL)
		return command_build(argc, argv);
	return command->run(argc - 1, argv + 1);
}

/*
 * Started without standard files, an output of ours would get a number of
 * theirs and receive what is printed. What is put in place of stdout refuses
 * to be written to, so that usage_finish notices.
 */
static void
open_standard_files(void)
{
	int file;

	for (file = 0; file <= 2; file++)
		if (fcntl(file, F_GETFD) < 0)
			open("/dev/null", file == 1 ? O_RDONLY : O_RDWR);
}

int
main(int argc, char **argv)
{
	open_standard_files();
	/* A file that may not grow is an error as a full disk is. */
	signal(SIGXFSZ, SIG_IGN);
	return usage_finish(run_command(argc, argv));
}
