/* SPDX-License-Identifier: ISC */
/*
 * unicc rebuild --gauntlet: one configuration, built in one surrounding after
 * another, and every file compared with the first build's.
 *
 * A build's inputs are packed as a bundle once; each build gets them unpacked
 * afresh, an empty store, and one thing that is otherwise than for the first:
 * so what makes a difference is known.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compare.h"
#include "driver.h"
#include "rebuild.h"

/* One build: where it lies and what stands before its command. */
struct place {
	const char *folder;	/* bundle and store lie in it */
	const char *out;
	struct words prefix;
	bool is_backwards;	/* unpacked from the last file to the first */
	bool is_nobodys;	/* given to another user */
};

/* The usual number of a user without rights, and of its group. */
#define NOBODY "65534"

enum state { STATE_LEFT_OUT, STATE_SAME, STATE_DIFFERS, STATE_NOT_MADE };

struct outcome {
	enum state state;
	const char *why;	/* not made; or the files that differ */
};

static void
add_words(struct words *words, const char *const *more)
{
	for (; *more != NULL; more++)
		*list_add(words) = *more;
}

#define PREFIX(place, ...) \
	add_words(&(place)->prefix, (const char *[]){ __VA_ARGS__, NULL })

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
	place->out = host_join(place->folder, "some/where/else");
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
	if (!WORKS("setpriv", "--reuid=" NOBODY, "--regid=" NOBODY,
		   "--clear-groups", "true"))
		return "setpriv (of util-linux) does not work here";
	PREFIX(place, "env", "USER=nobody", "LOGNAME=nobody", "setpriv",
	       "--reuid=" NOBODY, "--regid=" NOBODY, "--clear-groups");
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

static const char *
vary_order(struct place *place)
{
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

static const struct variation {
	const char *name, *does;
	const char *(*vary)(struct place *place);
} variations[] = {
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
	{ "order", "files made in another order", vary_order },
	{ "addresses", "no random addresses", vary_addresses },
	{ "environment", "other environment variables", vary_environment },
	{ "user", "another user", vary_user },
	{ "everything", "all of these at once", vary_everything },
};

static const char *
vary_everything(struct place *place)
{
	size_t i;

	for (i = 0; variations[i].vary != vary_everything; i++)
		variations[i].vary(place);
	return NULL;
}

/* ---- One build ------------------------------------------------------------- */

/*
 * Unpacked sources and the hashes of the tools, from one store to another: they
 * are no part of what is tried, and take longer than a build. Links will do
 * within what is ours; one of them may be given to another user.
 */
static void
copy_store(const char *from, const char *folder)
{
	bool is_ours = text_starts(from, host_scratch_folder());
	const char *store = host_join(folder, "cache/unicc");
	struct buffer said = { 0 };

	if (host_make_folders(store))
		host_run((const char *[]){ "cp", is_ours ? "-al" : "-a",
					   "--",
					   host_join(from, "sources"),
					   host_join(from, "toolchain"), store,
					   NULL }, &said);
}

/* Nothing can be said of a build that the machine has no room for. */
static void
check_room(const char *folder)
{
	if (diag_count() == 0 && host_is_full(folder))
		diag_cannot_write(folder);
	if (diag_count() != 0)
		exit((int)diag_flush());
}

/* NULL, or the end of what the build said. */
static const char *
build_in(const struct bundle *bundle, struct place *place, const char *store)
{
	struct words words = place->prefix;
	struct words build = rebuild_command(bundle, place->folder,
					     place->out);
	static const char owner[] = NOBODY ":" NOBODY;
	struct buffer said = { 0 };

	if (!bundle_unpack(bundle, place->folder, place->is_backwards) ||
	    !host_make_folders(place->out)) {
		check_room(place->folder);
		return "its files cannot be written";
	}
	copy_store(store, place->folder);
	if (place->is_nobodys)
		host_run((const char *[]){ "chown", "-R", owner, "--",
					   place->folder, place->out, NULL },
			 &said);
	*list_add(&build) = NULL;
	add_words(&words, build.at);
	*list_add(&words) = NULL;
	said.size = 0;
	if (host_run(words.at, &said) == 0)
		return NULL;
	check_room(place->folder);
	return said.at == NULL ? "it does not start" : said.at;
}

/* ---- Comparing ------------------------------------------------------------- */

/* Every file below a folder, by its path from there. */
static void
list_files(const char *folder, const char *name, struct words *files)
{
	const char *path = name[0] == '\0' ? folder : host_join(folder, name);
	struct stat status;
	const char **names;
	size_t count, i;

	if (stat(path, &status) == 0 && S_ISREG(status.st_mode))
		*list_add(files) = name;
	else if (host_list(path, &names, &count))
		for (i = 0; i < count; i++)
			list_files(folder, name[0] == '\0'
						   ? names[i]
						   : host_join(name, names[i]),
				   files);
}

static bool
is_among(const struct words *words, const char *word)
{
	size_t i;

	for (i = 0; i < words->count; i++)
		if (text_equal(words->at[i], word))
			return true;
	return false;
}

static void
report(const struct build *build, const struct variation *variation,
       struct buffer *names, const char *name, const char *why)
{
	buffer_printf(names, "%s%s", names->size == 0 ? "" : ", ", name);
	diag(E1006, (struct where){ build->config_path, 0, 0 },
	     variation->name, "with %s, %s: %s", variation->does, name, why);
}

static void
compare_places(const struct build *build, const struct variation *variation,
	       const char *first, const char *second, struct buffer *names)
{
	struct words files = { 0 }, others = { 0 };
	struct bytes one, other, debug = { NULL, 0 };
	struct difference difference;
	size_t i;

	list_files(first, "", &files);
	list_files(second, "", &others);
	host_read(host_join(second, arena_printf("%s.debug",
						 build->image.name)), &debug);
	for (i = 0; i < files.count; i++) {
		const char *name = files.at[i];

		if (!host_read(host_join(first, name), &one) ||
		    !host_read(host_join(second, name), &other))
			report(build, variation, names, name, "it is missing");
		else if (compare_output(name, one, other, debug, &difference))
			report(build, variation, names, name,
			       difference.part == NULL
				       ? difference.text
				       : arena_printf("%s, %s", difference.part,
						      difference.text));
	}
	for (i = 0; i < others.count; i++)
		if (!is_among(&files, others.at[i]))
			report(build, variation, names, others.at[i],
			       "the first build gives no such file");
}

/* ---- The whole ------------------------------------------------------------- */

static struct place
new_place(const char *name)
{
	struct place place = {
		.folder = host_join(host_scratch_folder(), name),
	};

	place.out = host_join(place.folder, "out");
	/* A different one is put before it where it is to vary. */
	PREFIX(&place, "env", "LC_ALL=C", "TZ=UTC0");
	return place;
}

static struct outcome
try_variation(const struct build *build, const struct bundle *bundle,
	      const struct variation *variation, const struct place *first)
{
	struct place place = new_place(variation->name);
	const char *why = variation->vary(&place), *failure;
	struct buffer names = { 0 };

	if (why != NULL)
		return (struct outcome){ STATE_NOT_MADE, why };
	failure = build_in(bundle, &place,
			   host_join(first->folder, "cache/unicc"));
	if (failure != NULL) {
		diag(E1006, (struct where){ build->config_path, 0, 0 },
		     variation->name, "with %s it does not build: %s",
		     variation->does, failure);
		return (struct outcome){ STATE_DIFFERS, "it does not build" };
	}
	compare_places(build, variation, first->out, place.out, &names);
	host_run((const char *[]){ "rm", "-rf", "--",
				   host_join(host_scratch_folder(),
					     variation->name), NULL }, NULL);
	return (struct outcome){ names.size == 0 ? STATE_SAME : STATE_DIFFERS,
				 names.at };
}

static const char *const state_words[] = {
	"left out", "same", "differs", "not made",
};

static void
print_json(const struct outcome *outcomes)
{
	cJSON *array = cJSON_CreateArray(), *row;
	char *text;
	size_t i;

	for (i = 0; i < countof(variations); i++) {
		if (outcomes[i].state == STATE_LEFT_OUT)
			continue;
		row = cJSON_CreateObject();
		cJSON_AddStringToObject(row, "variation", variations[i].name);
		cJSON_AddStringToObject(row, "state",
					state_words[outcomes[i].state]);
		if (outcomes[i].why != NULL)
			cJSON_AddStringToObject(row, "why",
						text_utf8(outcomes[i].why));
		cJSON_AddItemToArray(array, row);
	}
	text = cJSON_Print(array);
	printf("%s\n", text == NULL ? "" : text);
	free(text);
	cJSON_Delete(array);
}

static void
print_row(const struct variation *variation, const struct outcome *outcome)
{
	printf("%-12s %-9s %s%s%s\n", variation->name,
	       state_words[outcome->state], variation->does,
	       outcome->why == NULL ? "" : ": ",
	       outcome->why == NULL ? "" : outcome->why);
	fflush(stdout);
}

static void
run_all(const struct build *build, const struct bundle *bundle,
	const struct place *first, const struct words *only, bool is_json)
{
	struct outcome outcomes[countof(variations)] = { 0 };
	size_t counts[countof(state_words)] = { 0 }, i;

	for (i = 0; i < countof(variations); i++) {
		if (only->count != 0 && !is_among(only, variations[i].name))
			continue;
		outcomes[i] = try_variation(build, bundle, &variations[i],
					    first);
		counts[outcomes[i].state]++;
		if (!is_json)
			print_row(&variations[i], &outcomes[i]);
	}
	if (is_json)
		print_json(outcomes);
	else
		printf("%zu variations: %zu give the same bytes, %zu differ, "
		       "%zu could not be made here\n",
		       counts[STATE_SAME] + counts[STATE_DIFFERS] +
			       counts[STATE_NOT_MADE],
		       counts[STATE_SAME], counts[STATE_DIFFERS],
		       counts[STATE_NOT_MADE]);
}

const char *
gauntlet_unknown(const struct words *only)
{
	size_t i, j;

	for (i = 0; i < only->count; i++) {
		for (j = 0; j < countof(variations); j++)
			if (text_equal(only->at[i], variations[j].name))
				break;
		if (j == countof(variations))
			return only->at[i];
	}
	return NULL;
}

int
gauntlet(struct build *build, const struct words *only, bool is_json)
{
	struct place first;
	struct bundle bundle;
	const char *failure;

	if (!bundle_build(build) || !bundle_pack(build, false, &bundle))
		return (int)diag_flush();
	/* Another user has to find the way to what is its own. */
	if (chmod(host_scratch_folder(), 0711) != 0)
		return STATUS_MACHINE;
	if (!diag_json)
		fprintf(stderr, "unicc: %zu builds with an empty store\n",
			(only->count == 0 ? countof(variations)
					  : only->count) + 1);
	first = new_place("first");
	failure = build_in(&bundle, &first, host_cache_folder());
	if (failure != NULL)
		diag(E1006, (struct where){ build->config_path, 0, 0 }, "first",
		     "in a folder of its own it does not build: %s", failure);
	else
		run_all(build, &bundle, &first, only, is_json);
	return (int)diag_flush();
}
