/* SPDX-License-Identifier: ISC */
/*
 * What lies in an image's folder besides the files that its manifest lists: the
 * generated C, whose tokens it does know, and files it knows nothing of, which
 * are not the image's, whatever they are called.
 */
#include <errno.h>
#include <string.h>

#include "built.h"
#include "tokens.h"
#include "verify.h"

static const char generated[] = "generated";

enum { DEPTH_MAX = 4 };	/* of folders; a link may lead back to its own */

static void
add_row(struct verification *verification, const char *file, const char *part,
	enum part_state state)
{
	*list_add(&verification->rows) =
		(struct verify_row){ file, part, state };
}

/* ---- generated/ ------------------------------------------------------------ */

/* "www.c" for "generated/www.c"; NULL: a row of another file, or one that leads
 * out of the folder. */
static const char *
generated_name(const cJSON *row)
{
	const char *name = manifest_text(row, "name"), *part;

	if (!text_starts(name, "generated/"))
		return NULL;
	name += strlen("generated/");
	for (part = name; part != NULL; part = strchr(part, '/')) {
		part += *part == '/';
		if (part[0] == '\0' || part[0] == '.' || part[0] == '/')
			return NULL;
	}
	return name;
}

static void
change(struct verification *verification, const char *path, const char *name,
       const char *why)
{
	add_row(verification, generated, name, PART_CHANGED);
	diag(E0607, (struct where){ path, 0, 0 }, NULL, "%s", why);
}

static void
check_generated(struct verification *verification, const char *folder,
		const char *name, const char *tokens)
{
	const char *path = host_join(folder, name);
	uint8_t sha256[32];
	struct bytes bytes;

	if (!host_read(path, &bytes)) {
		if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
			add_row(verification, generated, name, PART_ABSENT);
		else
			change(verification, path, name, host_read_error());
		return;
	}
	if (tokens_are_in(name))
		tokens_hash(bytes, tokens_language(name), sha256);
	else
		host_sha256(bytes, sha256);
	if (text_equal(host_hex(sha256, sizeof sha256), tokens))
		add_row(verification, generated, name, PART_BUT_COMMENTS);
	else
		change(verification, path, name,
		       "it is not the C that was compiled");
}

/* A sealed image has none, and needs none. */
static void
check_all_generated(struct verification *verification, const char *folder,
		    const cJSON *sources)
{
	const cJSON *row;

	folder = host_join(folder, generated);
	if (!host_exists(folder))
		return;
	cJSON_ArrayForEach(row, sources) {
		const char *name = generated_name(row);

		if (name != NULL)
			check_generated(verification, folder, arena_copy(name),
					manifest_text(row, "tokens"));
	}
}

/* ---- Strangers ------------------------------------------------------------- */

/* Of the rows before known: those behind are strangers'. */
static bool
is_looked_at(const struct verification *verification, const char *file,
	     const char *part)
{
	const struct verify_row *rows = verification->rows.at;
	size_t i;

	for (i = 0; i < verification->known_count; i++)
		if (text_equal(rows[i].file, file) &&
		    (part == NULL || (rows[i].part != NULL &&
				      text_equal(rows[i].part, part))))
			return true;
	return false;
}

/* Whoever gives it to a host starts something, and not what was built. */
static void
refuse_host_file(struct verification *verification, const char *folder,
		 const char *name)
{
	add_row(verification, name, NULL, PART_FOREIGN);
	diag(E0607, (struct where){ host_join(folder, name), 0, 0 }, NULL,
	     "no such file belongs to this image");
	diag_fix("remove it: an earlier build left it, or somebody put it "
		 "there");
}

/* What follows the image's name in that of a file, ".xl", or NULL. */
static const char *
ending_of(const struct verification *verification, const char *name)
{
	const char *stem = built_name(
		built_beside(verification->image_path, ""));

	return text_starts(name, stem) && name[strlen(stem)] == '.'
		       ? name + strlen(stem)
		       : NULL;
}

static void
look_at(struct verification *verification, const char *folder,
	const char *name)
{
	const char *ending = ending_of(verification, name);

	if (is_looked_at(verification, name, NULL) ||
	    text_equal(name, built_name(verification->image_path)))
		return;
	if (ending != NULL && built_is_host_ending(ending))
		refuse_host_file(verification, folder, name);
	else if (ending == NULL ? verification->is_folder
				: !text_equal(ending, ".sig") &&
					  !text_equal(ending, ".manifest.json"))
		add_row(verification, name, NULL, PART_STRANGER);
}

/* Below generated/: what the manifest does not list. */
static void
look_below(struct verification *verification, const char *path,
	   const char *below, unsigned depth)
{
	const char **names, *name;
	size_t count, i;

	if (depth == DEPTH_MAX || !host_list(path, &names, &count)) {
		if (!is_looked_at(verification, generated, below))
			add_row(verification, generated, below, PART_STRANGER);
		return;
	}
	for (i = 0; i < count; i++) {
		name = below == NULL ? names[i] : host_join(below, names[i]);
		look_below(verification, host_join(path, names[i]), name,
			   depth + 1);
	}
}

void
verify_folder(struct verification *verification)
{
	const char *folder = host_folder_of(verification->image_path);
	const struct manifest *manifest = &verification->manifest;
	const char **names;
	size_t count, i;

	/* Who is a stranger is known by the rows of files alone. */
	if (manifest->whole == NULL ||
	    manifest_field(manifest, "files") == NULL)
		return;
	check_all_generated(verification, folder,
			    manifest_field(manifest, "sources"));
	verification->known_count = verification->rows.count;
	if (!host_list(folder, &names, &count))
		return;
	for (i = 0; i < count; i++)
		if (text_equal(names[i], generated))
			look_below(verification, host_join(folder, generated),
				   NULL, 0);
		else
			look_at(verification, folder, names[i]);
}
