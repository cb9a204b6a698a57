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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"
#include "compare.h"
#include "driver.h"
#include "gauntlet.h"

enum state { STATE_LEFT_OUT, STATE_SAME, STATE_DIFFERS, STATE_NOT_MADE };

struct outcome {
	enum state state;
	const char *why;	/* not made; the files that differ; what of it
				 * could not be made */
};

void
gauntlet_prefix(struct place *place, const char *const *words)
{
	for (; *words != NULL; words++)
		words_add(&place->prefix, *words);
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

/* Nothing can be said of a build that the machine has no room for; count is how
 * much had been said before. */
static void
check_room(const char *folder, size_t count)
{
	if (diag_count() == count && host_is_full(folder))
		diag_cannot_write(folder);
	if (diag_count() != count)
		exit((int)diag_flush());
}

/* Run a command of the copy in its surroundings; NULL, or what it said. */
static const char *
run_in(const struct place *place, const struct words *command)
{
	struct words words = { 0 };
	struct buffer said = { 0 };
	size_t i;

	for (i = 0; i < place->prefix.count; i++)
		words_add(&words, place->prefix.at[i]);
	for (i = 0; i < command->count; i++)
		words_add(&words, command->at[i]);
	words_add(&words, NULL);
	if (host_run(words.at, &said) == 0)
		return NULL;
	return said.at == NULL ? "it does not start" : said.at;
}

/* The page of a build is compared as well, so what it is made of is needed. */
static bool
put_page(const struct place *place)
{
	static const char page[] = "doc/audit.html";
	const char *path = host_join(host_join(place->folder, "catalogue"),
				     page);
	struct bytes bytes;

	return host_read(host_join(build_root(), page), &bytes) &&
	       host_make_folders(host_folder_of(path)) &&
	       host_write(path, bytes);
}

/* NULL, or what went wrong. */
static const char *
build_in(const struct bundle *bundle, const struct place *place,
	 const char *store)
{
	static const char owner[] = GAUNTLET_NOBODY ":" GAUNTLET_NOBODY;
	struct words build = rebuild_command(bundle, place->seen, place->out,
					     place->is_absolute);
	size_t count = diag_count();
	struct words page = { 0 };
	struct buffer said = { 0 };
	const char *failure;

	if (!bundle_unpack(bundle, place->folder, place->is_backwards) ||
	    !put_page(place) || !host_make_folders(place->out)) {
		check_room(place->folder, count);
		return "its files cannot be written";
	}
	copy_store(store, place->folder);
	if (place->is_nobodys)
		host_run((const char *[]){ "chown", "-R", owner, "--",
					   place->folder, place->out, NULL },
			 &said);
	failure = run_in(place, &build);
	words_add(&page, host_join(place->seen, "catalogue/unicc"));
	words_add(&page, "audit");
	words_add(&page, "--html");
	words_add(&page, place->out);
	if (failure == NULL)
		failure = run_in(place, &page);
	if (failure != NULL)
		check_room(place->folder, count);
	return failure;
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

/* Each build lies where the others lay. */
static struct place
new_place(void)
{
	static const char *const usual[] = { "env", "LC_ALL=C", "TZ=UTC0",
					     NULL };
	struct place place = {
		.folder = host_join(host_scratch_folder(), "place"),
	};

	place.seen = place.folder;
	place.out = arena_printf("%s.out", place.folder);
	/* A different one is put before it where it is to vary. */
	gauntlet_prefix(&place, usual);
	return place;
}

/* The first build, and then out of the way; NULL, or what went wrong. */
static const char *
build_first(const struct bundle *bundle, struct place *first)
{
	struct place place = new_place();
	const char *failure = build_in(bundle, &place, host_cache_folder());

	first->folder = host_join(host_scratch_folder(), "first");
	first->out = arena_printf("%s.out", first->folder);
	if (failure == NULL && (rename(place.folder, first->folder) != 0 ||
				rename(place.out, first->out) != 0))
		failure = strerror(errno);
	return failure;
}

/* The store is large. */
static void
remove_place(void)
{
	const char *folder = host_join(host_scratch_folder(), "place");

	host_run((const char *[]){ "rm", "-rf", "--", folder,
				   arena_printf("%s.out", folder),
				   arena_printf("%s.order", folder), NULL },
		 NULL);
}

static struct outcome
build_and_compare(const struct build *build, const struct bundle *bundle,
		  const struct variation *variation, const struct place *place,
		  const struct place *first)
{
	const char *failure = build_in(bundle, place,
				       host_join(first->folder, "cache/unicc"));
	struct buffer names = { 0 };

	if (failure != NULL) {
		diag(E1006, (struct where){ build->config_path, 0, 0 },
		     variation->name, "with %s it does not build: %s",
		     variation->does, failure);
		return (struct outcome){ STATE_DIFFERS, "it does not build" };
	}
	compare_places(build, variation, first->out, place->out, &names);
	if (names.size == 0)
		return (struct outcome){ STATE_SAME, place->left_out };
	return (struct outcome){ STATE_DIFFERS, buffer_keep(&names) };
}

static struct outcome
try_variation(const struct build *build, const struct bundle *bundle,
	      const struct variation *variation, const struct place *first)
{
	struct place place = new_place();
	const char *why = variation->vary(&place);
	struct outcome outcome;

	if (why != NULL) {
		remove_place();
		return (struct outcome){ STATE_NOT_MADE, why };
	}
	outcome = build_and_compare(build, bundle, variation, &place, first);
	remove_place();
	return outcome;
}

static const char *const state_words[] = {
	"left out", "same", "differs", "not made",
};

static void
print_json(const struct outcome *outcomes)
{
	cJSON *array = cJSON_CreateArray(), *row;
	size_t i;

	for (i = 0; i < GAUNTLET_VARIATIONS; i++) {
		if (outcomes[i].state == STATE_LEFT_OUT)
			continue;
		row = cJSON_CreateObject();
		cJSON_AddStringToObject(row, "variation", gauntlet_variations[i].name);
		cJSON_AddStringToObject(row, "state",
					state_words[outcomes[i].state]);
		if (outcomes[i].why != NULL)
			cJSON_AddStringToObject(row, "why",
						text_utf8(outcomes[i].why));
		cJSON_AddItemToArray(array, row);
	}
	answer_print(array);
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
	struct outcome outcomes[GAUNTLET_VARIATIONS] = { 0 };
	size_t counts[countof(state_words)] = { 0 }, i;

	for (i = 0; i < GAUNTLET_VARIATIONS; i++) {
		if (only->count != 0 && !is_among(only, gauntlet_variations[i].name))
			continue;
		outcomes[i] = try_variation(build, bundle, &gauntlet_variations[i],
					    first);
		counts[outcomes[i].state]++;
		if (!is_json)
			print_row(&gauntlet_variations[i], &outcomes[i]);
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
		for (j = 0; j < GAUNTLET_VARIATIONS; j++)
			if (text_equal(only->at[i], gauntlet_variations[j].name))
				break;
		if (j == GAUNTLET_VARIATIONS)
			return only->at[i];
	}
	return NULL;
}

int
gauntlet(struct build *build, const struct words *only, bool is_json)
{
	struct place first = { 0 };
	struct bundle bundle;
	const char *failure;

	if (!bundle_build(build) || !bundle_pack(build, false, &bundle))
		return (int)diag_flush();
	/* Another user has to find the way to what is its own. */
	if (chmod(host_scratch_folder(), 0711) != 0)
		return STATUS_MACHINE;
	if (!diag_json)
		fprintf(stderr, "unicc: %zu builds with an empty store\n",
			(only->count == 0 ? GAUNTLET_VARIATIONS
					  : only->count) + 1);
	failure = build_first(&bundle, &first);
	if (failure != NULL)
		diag(E1006, (struct where){ build->config_path, 0, 0 }, "first",
		     "in a folder of its own it does not build: %s", failure);
	else
		run_all(build, &bundle, &first, only, is_json);
	return (int)diag_flush();
}
