/* SPDX-License-Identifier: ISC */
/*
 * unicc new: a small configuration that builds and boots as it is.
 *
 * A folder is made beside its place and renamed, so it is there whole or not
 * at all. One that exists and is empty is filled, because a shell may stand
 * in it; one that holds anything is refused.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver.h"
#include "label.h"
#include "package.h"

enum { IMAGE_NAME_MAX = 64 };

/* NAME is the image's name in every text. */
struct template {
	const char *path;
	bool is_app;		/* only, or never, with --app */
	bool is_program;
	const char *text;
};

static const struct template templates[] = {
	{ "config.lua", false, false,
	  "-- NAME: prints one line and powers off.\n"
	  "image { name = \"NAME\", platform = \"qemu.microvm\", "
	  "memory = 2 * MiB }\n"
	  "\n"
	  "greeting = hello { message = \"NAME is here\" }\n" },
	{ "config.lua", true, false,
	  "-- NAME: the module in app/, alone on its machine.\n"
	  "image { name = \"NAME\", platform = \"qemu.microvm\", "
	  "memory = 2 * MiB }\n"
	  "\n"
	  "main = app { greeting = \"NAME is here\", count = 3 }\n" },
	{ "app/module.lua", true, false,
	  "return module {\n"
	  "  summary  = \"Greets a number of times and is done\",\n"
	  "  requires = { console = \"console\" },\n"
	  "  sources  = { \"app.c\" },\n"
	  "  hooks    = { \"start\" },\n"
	  "\n"
	  "  -- C of check.c, run when an image is built: it judges what was configured.\n"
	  "  functions = { judge = \"text (text greeting, u32 count)\" },\n"
	  "  checks    = { { \"judge\", \"greeting\", \"count\" } },\n"
	  "\n"
	  "  settings = {\n"
	  "    text \"greeting\" { default = \"Hello\", max = 256,\n"
	  "      doc = \"What to print; a newline follows.\" },\n"
	  "    int \"count\" { default = 1, range = { 1, 1000 },\n"
	  "      doc = \"How often.\" },\n"
	  "  },\n"
	  "}\n" },
	{ "app/check.c", true, false,
	  "/*\n"
	  " * Runs on the build machine, without a libc, before anything is compiled.\n"
	  " * unicc writes the prototype from module.lua before this file.\n"
	  " */\n"
	  "\n"
	  "/* Nothing if the values go together, or what is wrong with them. */\n"
	  "const char *\n"
	  "app_judge(const char *greeting, uint32_t count)\n"
	  "{\n"
	  "\tuint32_t size;\n"
	  "\n"
	  "\tfor (size = 0; greeting[size] != '\\0'; size++)\n"
	  "\t\tif (greeting[size] == '\\n')\n"
	  "\t\t\treturn \"a greeting is one line\";\n"
	  "\tif (size * count > 4096)\n"
	  "\t\treturn \"that would be more than 4096 bytes to read\";\n"
	  "\treturn NULL;\n"
	  "}\n" },
	{ "test.t", true, true,
	  "#!/bin/sh\n"
	  "# What this machine does, for prove(1): the image boots and greets, and what\n"
	  "# app/check.c refuses is an error. UNICC names the program, if PATH does not.\n"
	  "cd \"$(dirname \"$0\")\" || exit 1\n"
	  "unicc=${UNICC:-unicc}\n"
	  "wrong=wrong-$$.lua\n"
	  "trap 'rm -f \"$wrong\"' EXIT\n"
	  "number=0\n"
	  "\n"
	  "# report CLAIM: of the command before it.\n"
	  "report() {\n"
	  "\tis_bad=$?\n"
	  "\tnumber=$((number + 1))\n"
	  "\t[ $is_bad -eq 0 ] || printf 'not '\n"
	  "\techo \"ok $number - $1\"\n"
	  "}\n"
	  "\n"
	  "echo 1..3\n"
	  "said=$(\"$unicc\" run config.lua)\n"
	  "report \"it starts and ends well\"\n"
	  "[ \"$(echo \"$said\" | grep -c '^NAME is here$')\" -eq 3 ]\n"
	  "report \"it greets three times\"\n"
	  "sed 's/count = 3/count = 1000/' config.lua >\"$wrong\"\n"
	  "\"$unicc\" check \"$wrong\" 2>&1 | grep -q 'E0405: main.greeting: .* 4096 bytes'\n"
	  "report \"too many greetings are refused\"\n" },
	{ "app/app.c", true, false,
	  "/*\n"
	  " * Prints its greeting app_count times. Settings are constants here:\n"
	  " * unicc writes app_greeting and app_count before this file.\n"
	  " */\n"
	  "#include <unicc/console.h>\n"
	  "#include <unicc/kernel.h>\n"
	  "\n"
	  "int\n"
	  "app_start(void)\n"
	  "{\n"
	  "\tint i;\n"
	  "\n"
	  "\tfor (i = 0; i < app_count; i++) {\n"
	  "\t\tconsole_write(app_greeting, sizeof app_greeting - 1);\n"
	  "\t\tconsole_write(\"\\n\", 1);\n"
	  "\t}\n"
	  "\treturn 0;\n"
	  "}\n" },
	{ "README.md", false, false,
	  "# NAME\n"
	  "\n"
	  "A machine made of one file. Build and boot it:\n"
	  "\n"
	  "    unicc run config.lua\n"
	  "\n"
	  "What can be configured: `unicc modules`, then `unicc doc MODULE`.\n"
	  "The language of the file is described in unicc-config(5), modules\n"
	  "in unicc-module(5).\n" },
	{ "README.md", true, false,
	  "# NAME\n"
	  "\n"
	  "A machine made of one file and one module. Build and boot it, then test it:\n"
	  "\n"
	  "    unicc run config.lua\n"
	  "    prove test.t\n"
	  "\n"
	  "The module is app/: module.lua declares it, app.c is its code, check.c judges\n"
	  "what is configured. What else can be configured: `unicc modules`, then\n"
	  "`unicc doc MODULE`. The language of the file is described in unicc-config(5),\n"
	  "modules in unicc-module(5).\n" },
};

/* An image's name from the folder's: letters, digits and "-", and no longer
 * than image { name } may be. */
static const char *
image_name(const char *folder)
{
	const char *path = label_absolute(folder);
	const char *slash = strrchr(path, '/');
	char *name = arena_copy(slash + 1), *c;

	for (c = name; *c != '\0'; c++)
		*c = (char)(isalnum((unsigned char)*c)
				    ? tolower((unsigned char)*c)
				    : '-');
	if (strlen(name) > IMAGE_NAME_MAX)
		name[IMAGE_NAME_MAX] = '\0';
	return isalpha((unsigned char)name[0]) ? name : "machine";
}

static struct bytes
fill(const char *text, const char *name)
{
	struct buffer out = { 0 };
	const char *at;

	while ((at = strstr(text, "NAME")) != NULL) {
		buffer_add(&out, text, (size_t)(at - text));
		buffer_printf(&out, "%s", name);
		text = at + strlen("NAME");
	}
	buffer_printf(&out, "%s", text);
	return (struct bytes){ (const uint8_t *)out.at, out.size };
}

static bool
cannot_write(const char *path)
{
	diag_cannot_write(path);
	return false;
}

static bool
write_template(const struct template *template, const char *path,
	       const char *name)
{
	mode_t mask = umask(0);

	umask(mask);
	return host_make_folders(host_folder_of(path)) &&
	       host_write(path, fill(template->text, name)) &&
	       (!template->is_program || chmod(path, 0777 & ~mask) == 0);
}

static bool
write_templates(const char *beside, const char *name, bool is_app)
{
	size_t i;

	for (i = 0; i < countof(templates); i++) {
		const char *path = host_join(beside, templates[i].path);

		if (templates[i].is_app == is_app &&
		    !write_template(&templates[i], path, name))
			return cannot_write(path);
	}
	return true;
}

static void
remove_templates(const char *beside)
{
	size_t i;

	for (i = 0; i < countof(templates); i++)
		unlink(host_join(beside, templates[i].path));
	rmdir(host_join(beside, "app"));
}

static bool
is_usable(const char *folder)
{
	const char **names;
	size_t count;

	if (!host_exists(folder))
		return true;
	if (!host_list(folder, &names, &count))
		return cannot_write(folder);
	if (count == 0)
		return true;
	diag(E0605, (struct where){ folder, 0, 0 }, NULL,
	     "the folder is not empty: it holds %s", names[0]);
	diag_fix("name a folder that does not exist yet");
	return false;
}

static bool
fill_folder(const char *folder, bool is_app)
{
	if (write_templates(folder, image_name(folder), is_app))
		return true;
	remove_templates(folder);
	return false;
}

static bool
make(const char *folder, bool is_app)
{
	char *beside = arena_printf("%s.XXXXXX", folder);
	mode_t mask = umask(0);

	umask(mask);
	if (!host_make_folders(host_folder_of(folder)) ||
	    mkdtemp(beside) == NULL)
		return cannot_write(folder);
	if (chmod(beside, 0777 & ~mask) == 0 &&
	    write_templates(beside, image_name(folder), is_app)) {
		if (rename(beside, folder) == 0)
			return true;
		cannot_write(folder);
	}
	remove_templates(beside);
	rmdir(beside);
	return false;
}

int
command_new(int argc, char **argv)
{
	const char *word = NULL, *config;
	bool is_app = false, is_made;
	char *folder;
	size_t size;
	int i;

	for (i = 1; i < argc; i++) {
		if (text_equal(argv[i], "--app"))
			is_app = true;
		else if (text_equal(argv[i], "--errors=json"))
			diag_json = true;
		else if (argv[i][0] == '-' || argv[i][0] == '\0' ||
			 word != NULL)
			return usage_unknown(argv[i]);
		else
			word = argv[i];
	}
	if (word == NULL)
		return usage_error("which folder?");
	folder = arena_copy(word);
	for (size = strlen(folder); size > 1 && folder[size - 1] == '/'; size--)
		folder[size - 1] = '\0';
	config = host_join(folder, "config.lua");
	/* It is short, and done as a whole. */
	host_hold();
	is_made = is_usable(folder) &&
		  (host_exists(folder) ? fill_folder(folder, is_app)
				       : make(folder, is_app));
	host_release();
	if (is_made)
		printf("%s is ready: unicc run %s\n", config,
		       qemu_quote(config));
	return (int)diag_flush();
}
