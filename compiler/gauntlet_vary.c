/* SPDX-License-Identifier: ISC */
/*
 * The surroundings that `unicc rebuild --gauntlet` varies, a row each. What
 * cannot be made on this machine says why, and is not passed over in silence.
 */
#include "gauntlet.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PREFIX(place, ...) \
	gauntlet_prefix(place, (const char *[]){ __VA_ARGS__, NULL })

/* ---- The variations -------------------------------------------------------- */

/* Does this command end well here? What it says is nobody's business. */
static bool
works(const char *const *argv)
{
	struct buffer said = { 0 };

	return host_run(argv, &said) == 0;
}

#define WORKS(...) works((const char *[]){ __VA_ARGS__, NULL })

static const char *
vary_nothing(struct place *place)
{
	(void)place;
	return NULL;
}

static const char *
vary_directory(struct place *place)
{
	place->folder = host_join(place->folder,
				  "a longer path/with spaces, and a quote'/"
				  "and \xc3\xa9");
	place->seen = place->folder;
	place->out = host_join(place->out, "some/where/else");
	place->is_absolute = true;
	return NULL;
}

static const char *
vary_home(struct place *place)
{
	PREFIX(place, "env", "HOME=/nonexistent", "TMPDIR=/var/tmp");
	return NULL;
}

static const char *
vary_user(struct place *place)
{
	if (geteuid() != 0)
		return "only root can become another user";
	if (!WORKS("setpriv", "--reuid=" GAUNTLET_NOBODY, "--regid=" GAUNTLET_NOBODY,
		   "--clear-groups", "true"))
		return "setpriv (of util-linux) does not work here";
	PREFIX(place, "env", "USER=nobody", "LOGNAME=nobody", "setpriv",
	       "--reuid=" GAUNTLET_NOBODY, "--regid=" GAUNTLET_NOBODY, "--clear-groups");
	place->is_nobodys = true;
	return NULL;
}

static const char *
vary_umask(struct place *place)
{
	PREFIX(place, "sh", "-c", "umask 077; exec \"$@\"", "sh");
	return NULL;
}

static const char *
vary_time(struct place *place)
{
	if (!WORKS("faketime", "-f", "@2031-05-06 07:08:09", "true"))
		return "there is no faketime: apt-get install faketime";
	PREFIX(place, "faketime", "-f", "@2031-05-06 07:08:09");
	return NULL;
}

static const char *
vary_zone(struct place *place)
{
	PREFIX(place, "env", "TZ=Asia/Kathmandu");
	return NULL;
}

/* A locale that the first build does not have, one of a language if any. */
static const char *
other_locale(void)
{
	const char *argv[] = { "locale", "-a", NULL }, *found = NULL;
	struct buffer said = { 0 };
	char *line, *rest;

	if (host_run(argv, &said) != 0 || said.at == NULL)
		return NULL;
	for (line = strtok_r(said.at, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest))
		if (!text_equal(line, "C") && !text_equal(line, "POSIX") &&
		    (found == NULL || text_starts(found, "C.")))
			found = line;
	return found;
}

static const char *
vary_locale(struct place *place)
{
	const char *locale = other_locale();

	if (locale == NULL)
		return "this machine has no locale but C";
	PREFIX(place, "env", arena_printf("LC_ALL=%s", locale),
	       arena_printf("LANG=%s", locale));
	return NULL;
}

static const char *
vary_host(struct place *place)
{
	static const char script[] = "echo gauntlet >/proc/sys/kernel/hostname "
				     "&& exec \"$@\"";

	if (WORKS("unshare", "--uts", "sh", "-c", script, "sh", "true"))
		PREFIX(place, "unshare", "--uts", "sh", "-c", script, "sh");
	else if (WORKS("unshare", "--user", "--map-root-user", "--uts", "sh",
		       "-c", script, "sh", "true"))
		PREFIX(place, "unshare", "--user", "--map-root-user", "--uts",
		       "sh", "-c", script, "sh");
	else
		return "no process may have a host name of its own here";
	return NULL;
}

static const char *
vary_cores(struct place *place)
{
	cpu_set_t set;
	int core = 0;

	if (sched_getaffinity(0, sizeof set, &set) != 0 ||
	    CPU_COUNT(&set) < 2)
		return "this machine has one core";
	while (!CPU_ISSET(core, &set))
		core++;
	PREFIX(place, "taskset", "-c", arena_printf("%d", core));
	return NULL;
}

/* The names of a folder as the system lists them, a line each. */
static const char *
listed(const char *folder)
{
	DIR *directory = opendir(folder);
	struct buffer names = { 0 };
	const struct dirent *entry;

	while (directory != NULL && (entry = readdir(directory)) != NULL)
		buffer_printf(&names, "%s\n", entry->d_name);
	if (directory != NULL)
		closedir(directory);
	return buffer_keep(&names);
}

/* Does the order in which files are made decide in which they are listed? */
static bool
lists_as_made(const char *folder)
{
	enum { FILES = 8 };
	const char *up = host_join(folder, "up");
	const char *down = host_join(folder, "down");
	struct bytes nothing = { (const uint8_t *)"", 0 };
	int i;

	if (!host_make_folders(up) || !host_make_folders(down))
		return false;
	for (i = 0; i < FILES; i++)
		if (!host_write(host_join(up, arena_printf("%d", i)),
				nothing) ||
		    !host_write(host_join(down, arena_printf("%d",
							     FILES - 1 - i)),
				nothing))
			return false;
	return !text_equal(listed(up), listed(down));
}

/*
 * disorderfs shows what lies in real at the build's folder with its files in
 * another order: to the build alone, and as long as it runs.
 */
static bool
disorder(struct place *place, const char *scratch, const char *real)
{
	static const char *const rights[] = { "--mount", "--map-root-user" };
	static const char *const orders[] = { "yes", "no" };
	static const char shows[] =
		"disorderfs -q --multi-user=%s --sort-dirents=yes "
		"--reverse-dirents=%s \"$1\" \"$2\" >/dev/null 2>&1 || exit; "
		"trap 'umount -l \"$seen\"' EXIT; trap 'exit 1' HUP INT TERM; "
		"seen=$2; ";
	static const char differs[] = "[ \"$(ls -U \"$1\")\" != "
				      "\"$(ls -U \"$2\")\" ]";
	size_t i;

	for (i = 0; i < countof(rights) * countof(orders); i++) {
		const char *right = rights[i / countof(orders)];
		const char *start = arena_printf(
			shows, i < countof(orders) ? "yes" : "no",
			orders[i % countof(orders)]);

		if (!WORKS("unshare", right, "--mount", "sh", "-c",
			   arena_printf("%s%s", start, differs), "sh",
			   host_join(scratch, "up"), place->seen))
			continue;
		PREFIX(place, "unshare", right, "--mount", "sh", "-c",
		       arena_printf("%sshift 2; \"$@\"", start), "sh", real,
		       place->seen);
		place->folder = real;
		return true;
	}
	return false;
}

static const char *
vary_order(struct place *place)
{
	const char *scratch = arena_printf("%s.order", place->seen);
	const char *real = host_join(scratch, "real");
	bool by_making = lists_as_made(scratch);

	if (host_make_folders(place->seen) &&
	    disorder(place, scratch, real))
		return NULL;
	if (!by_making)
		return "files are listed in one order here, however they are "
		       "made, and there is no disorderfs that works: apt-get "
		       "install disorderfs";
	place->is_backwards = true;
	return NULL;
}

static const char *
vary_addresses(struct place *place)
{
	if (!WORKS("setarch", "-R", "true"))
		return "addresses cannot be kept from being random here";
	PREFIX(place, "setarch", "-R");
	return NULL;
}

/* What compilers, linkers, shells and Lua are known to look at. */
static const char *
vary_environment(struct place *place)
{
	PREFIX(place, "env", "CPATH=/usr/include", "C_INCLUDE_PATH=/usr/include",
	       "LIBRARY_PATH=/usr/lib", "CFLAGS=-O0", "CPPFLAGS=-DNOISE",
	       "LDFLAGS=-z,now", "CCC_OVERRIDE_OPTIONS=#+-O0",
	       "SOURCE_DATE_EPOCH=1000000000", "MAKEFLAGS=-j7",
	       "NINJA_STATUS=noise", "LUA_INIT=error('noise')",
	       "LUA_INIT_5_4=error('noise')", "LUA_PATH=/noise/?.lua",
	       "POSIXLY_CORRECT=1", "GREP_OPTIONS=-v", "TERM=dumb",
	       "COLUMNS=1", "TAR_OPTIONS=--mtime=@7", "XZ_OPT=-9",
	       arena_printf("NOISE=%02000d", 0));
	return NULL;
}

static const char *vary_everything(struct place *place);

const struct variation gauntlet_variations[GAUNTLET_VARIATIONS] = {
	/* The user last: what comes before may need rights. */
	{ "again", "nothing is changed", vary_nothing },
	{ "directory", "another directory", vary_directory },
	{ "home", "another HOME and TMPDIR", vary_home },
	{ "umask", "another umask", vary_umask },
	{ "time", "another time", vary_time },
	{ "zone", "another time zone", vary_zone },
	{ "locale", "another locale", vary_locale },
	{ "host", "another host name", vary_host },
	{ "cores", "one core", vary_cores },
	{ "order", "files listed in another order", vary_order },
	{ "addresses", "no random addresses", vary_addresses },
	{ "environment", "other environment variables", vary_environment },
	{ "user", "another user", vary_user },
	{ "everything", "all of these at once", vary_everything },
};

static const char *
vary_everything(struct place *place)
{
	struct buffer left_out = { 0 };
	size_t i;

	for (i = 0; gauntlet_variations[i].vary != vary_everything; i++)
		if (gauntlet_variations[i].vary(place) != NULL)
			buffer_printf(&left_out, "%s%s",
				      left_out.size == 0 ? "all but " : ", ",
				      gauntlet_variations[i].name);
	place->left_out = left_out.size == 0 ? NULL : buffer_keep(&left_out);
	return NULL;
}
