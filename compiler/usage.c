/* SPDX-License-Identifier: ISC */
/*
 * What is said about the command line: help, and what a user may have meant.
 *
 * Every option stands in one table; the commands parse, this file explains.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

static const struct option {
	const char *commands;	/* between spaces */
	const char *name, *argument;
	const char *does;
} options[] = {
	{ " bundle rebuild affected ", "--errors=json", NULL,
	  "errors as JSON, one object a line" },
	{ " rebuild affected ", "--json", NULL, "the answer as JSON" },
	{ " audit why why-not cost ", "--errors=json", NULL,
	  "errors as JSON, one object a line" },
	{ " audit why why-not cost ", "--json", NULL, "the answer as JSON" },
	{ " audit ", "--eliminated", NULL,
	  "build other values, write what only they have: eliminated.json" },
	{ " audit why ", "-o", "DIR",
	  "write there, not to build/NAME beside the configuration" },
	{ " audit why why-not cost ", "--set", "NAME=VALUE",
	  "give an option of the configuration its value" },
	{ " audit why why-not cost ", "--env", "FILE",
	  "the same for each KEY=VALUE line of a file" },
	{ " build check config diff run id verify seal fleet modules doc new ", "--errors=json", NULL,
	  "errors as JSON, one object a line" },
	{ " config diff id verify seal modules doc ", "--json", NULL, "the answer as JSON" },
	{ " doc ", "--header", NULL,
	  "what a module's check.c is compiled with" },
	{ " doc ", "--luacats", NULL,
	  "the catalogue for lua-language-server" },
	{ " doc ", "--luacheck", NULL, "the catalogue for luacheck" },
	{ " doc ", "--man", NULL, "the catalogue as unicc-modules(7)" },
	{ " build run ", "-o", "DIR",
	  "write there, not to build/NAME beside the configuration" },
	{ " diff ", "--config", NULL, "compare configurations" },
	{ " build check config diff run verify fleet bundle rebuild ", "--set", "NAME=VALUE",
	  "give an option of the configuration its value" },
	{ " build check config diff run verify fleet bundle rebuild ", "--env", "FILE",
	  "the same for each KEY=VALUE line of a file" },
	{ " build ", "--until", "STAGE", "stop after this stage" },
	{ " build check config run verify bundle ", "-v", NULL, "show the time of each stage" },
	{ " run ", "--port", "HOST:GUEST",
	  "make a TCP port of the guest a port of 127.0.0.1" },
	{ " run ", "--qemu-arg", "ARG", "one more argument for QEMU" },
	{ " run ", "--on", "qemu|xen|xl",
	  "boot on QEMU, a Xen host of our own, or this Xen host" },
	{ " run ", "--print", NULL, "show the host's command, do not run it" },
	{ " package check-host ", "--errors=json", NULL,
	  "errors as JSON, one object a line" },
	{ " check-host ", "--json", NULL, "the answer as JSON" },
	{ " package ", "--for", "qemu|xl|libvirt", "which host's file" },
	{ " package ", "-o", "DIR", "write it there, not beside the image" },
	{ " seal ", "-o", "DIR", "write the sealed image and its files there" },
	{ " seal ", "--set", "NAME=VALUE", "fill a slot, such as ip.address" },
	{ " seal ", "--set-file", "NAME=FILE",
	  "fill a secret with the bytes of a file" },
	{ " seal ", "--name", "NAME", "call the image and its files so" },
	{ " fleet ", "-o", "DIR", "write a folder for each machine there" },
	{ " seal fleet ", "--modules", "DIR",
	  "the folder of modules that are not in the catalogue" },
	{ " audit ", "--html", NULL,
	  "write it as a page, audit.html beside the image" },
	{ " id ", "--root", NULL,
	  "only the manifest's root: what a signature signs" },
	{ " verify ", "--live", "URL|LOG",
	  "compare the roots with those that a machine tells" },
	{ " verify ", "--key", "SIGNERS",
	  "check NAME.sig with ssh-keygen's list of allowed signers" },
	{ " bundle ", "-o", "FILE.tar", "write the bundle there" },
	{ " bundle ", "--without-packages", NULL,
	  "name the compiler's packages, do not pack them" },
	{ " rebuild ", "-o", "DIR", "leave what was built there" },
	{ " rebuild ", "--gauntlet", NULL,
	  "build in changed surroundings, one after another" },
	{ " rebuild ", "--only", "NAME", "only this variation" },
	{ " new ", "--app", NULL, "with a module of one's own beside it" },
};

static const struct command *current;

void
usage_set_command(const struct command *command)
{
	current = command;
}

static bool
knows(const struct command *command, const struct option *option)
{
	return strstr(option->commands,
		      arena_printf(" %s ", command->name)) != NULL;
}

static bool
is_build(const struct command *command)
{
	return text_equal(command->name, "build");
}

static void
print_line(FILE *file, const char *start, const struct command *command)
{
	fprintf(file, "%s unicc %s%s%s\n", start,
		is_build(command) ? "" : command->name,
		is_build(command) ? "" : " ", command->usage);
}

void
usage_print(FILE *file)
{
	size_t i;

	for (i = 0; commands[i].name != NULL; i++)
		print_line(file, i == 0 ? "usage:" : "      ", &commands[i]);
}

int
usage_help(const struct command *command)
{
	size_t i;

	print_line(stdout, "usage:", command);
	printf("\n%s\n\n", command->does);
	for (i = 0; i < countof(options); i++)
		if (knows(command, &options[i]))
			printf("  %-20s  %s\n",
			       options[i].argument == NULL
				       ? options[i].name
				       : arena_printf("%s %s", options[i].name,
						      options[i].argument),
			       options[i].does);
	puts("\nThe manual is unicc(1).");
	return STATUS_OK;
}

int
usage_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "unicc: %s%s%s\n",
		current == NULL || is_build(current) ? "" : current->name,
		current == NULL || is_build(current) ? "" : ": ",
		arena_vprintf(format, args));
	va_end(args);
	if (current != NULL)
		print_line(stderr, "usage:", current);
	else
		usage_print(stderr);
	return STATUS_USAGE;
}

int
usage_finish(int status)
{
	bool is_lost = ferror(stdout) != 0;
	const char *why = "";

	if (fflush(stdout) != 0)
		why = arena_printf(": %s", strerror(errno));
	else if (!is_lost)
		return status;
	fprintf(stderr, "unicc: standard output cannot be written%s\n", why);
	return status == STATUS_OK ? STATUS_MACHINE : status;
}

int
usage_unknown(const char *word)
{
	const char *names[countof(options)], *nearest;
	size_t count = 0, i;

	if (text_equal(word, "--help") || text_equal(word, "-h"))
		exit(usage_finish(usage_help(current)));
	if (word[0] == '\0')
		return usage_error("an empty argument");
	if (word[0] != '-')
		return usage_error("one argument too many: %s", word);
	for (i = 0; i < countof(options); i++) {
		if (!knows(current, &options[i]))
			continue;
		if (options[i].argument != NULL &&
		    text_equal(options[i].name, word))
			return usage_error("%s needs %s: %s", word,
					   options[i].argument,
					   options[i].does);
		names[count++] = options[i].name;
	}
	nearest = text_nearest(word, names, count);
	if (nearest != NULL)
		return usage_error("there is no option %s; is it %s?", word,
				   nearest);
	return usage_error("there is no option %s", word);
}
