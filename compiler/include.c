/* SPDX-License-Identifier: ISC */
/* include "FILE": see include.h. */
#include "include.h"

#include <string.h>

#include "label.h"
#include "scan_tree.h"
#include "script.h"

/* What is being read. */
struct reading {
	struct build *build;
	struct includes *includes;
	struct scan *scan;
	bool is_failed;
};

enum { NO_FILE = INCLUDE_FILES_MAX };

/* ---- Files ------------------------------------------------------------- */

static const char *
check_size(struct bytes text)
{
	return text.size > SCRIPT_FILE_BYTES_MAX ? "it has more than 4 MiB"
						 : NULL;
}

/* The file of the include at token, read if it is new; its index, NO_FILE
 * after diag(). */
static size_t
add_file(struct reading *reading, size_t token, const char *path)
{
	struct includes *includes = reading->includes;
	struct where where = scan_where(reading->scan, token + 1);
	const char *identity = label_absolute(path), *failure;
	struct include_file *file;
	struct input *input;
	struct bytes text;
	size_t i;

	for (i = 0; i < includes->files.count; i++)
		if (text_equal(includes->files.at[i].identity, identity))
			return i;
	if (includes->files.count == INCLUDE_FILES_MAX) {
		diag(E0116, where, "include", "a configuration has %d files at "
		     "most", INCLUDE_FILES_MAX);
		return NO_FILE;
	}
	failure = host_read(path, &text) ? check_size(text) : host_read_error();
	if (failure != NULL) {
		diag(E0116, where, "include", "cannot read %s: %s", path,
		     failure);
		if (host_nearest(path) != NULL)
			diag_fix("%s", host_nearest(path));
		return NO_FILE;
	}
	if (!scan_append(reading->scan, path, text))
		return NO_FILE;
	input = list_add(&reading->build->inputs);
	input->name = label_from(host_folder_of(reading->build->config_path),
				 path);
	host_sha256(text, input->sha256);
	file = list_add(&includes->files);
	file->path = path;
	file->identity = identity;
	return i;
}

/* ---- Edges ------------------------------------------------------------- */

/* The text given to the include at token, or NULL: something else is. */
static const struct scan_token *
argument_of(const struct scan *scan, size_t token)
{
	size_t at = token + 1;

	if (scan_is(scan, at, "(")) {
		if (!scan_is(scan, at + 2, ")"))
			return NULL;
		at++;
	}
	if (scan_token_at(scan, at)->kind != SCAN_STRING)
		return NULL;
	return scan_token_at(scan, at);
}

static void
follow(struct reading *reading, size_t from, size_t token)
{
	const struct scan_token *argument = argument_of(reading->scan, token);
	struct include_edge edge = { (uint32_t)token, from, NO_FILE };
	const char *folder, *name;

	if (argument == NULL)
		return;		/* said when it is called */
	name = arena_copy_n(argument->text, argument->size);
	folder = host_folder_of(reading->includes->files.at[from].path);
	if (strlen(name) != argument->size || name[0] == '\0' ||
	    name[0] == '/')
		diag(E0116, scan_where(reading->scan, token + 1), "include",
		     "a file is named by a path relative to this one");
	else
		edge.to = add_file(reading, token, host_join(folder, name));
	if (edge.to == NO_FILE)
		reading->is_failed = true;
	else
		*list_add(&reading->includes->edges) = edge;
}

/* Say every step of the way that leads from file back to itself. */
static void
report_cycle(struct reading *reading, const size_t *way, size_t count)
{
	const struct includes *includes = reading->includes;
	const struct include_edge *last = &includes->edges.at[way[count - 1]];
	size_t i;

	reading->is_failed = true;
	diag(E0117, scan_where(reading->scan, last->token), "include",
	     "%s includes itself",
	     includes->files.at[last->to].path);
	for (i = 0; i + 1 < count; i++)
		diag_also(scan_where(reading->scan,
				     includes->edges.at[way[i]].token),
			  "%s is included here",
			  includes->files.at[includes->edges.at[way[i]].to]
				  .path);
	diag_fix("remove one of them");
}

/* Walk what file includes; way holds the edges from the configuration on. */
static void
find_cycles(struct reading *reading, size_t file, size_t *way, size_t count)
{
	struct includes *includes = reading->includes;
	size_t i, start;

	includes->files.at[file].state = INCLUDE_OPEN;
	for (i = 0; i < includes->edges.count; i++) {
		const struct include_edge *edge = &includes->edges.at[i];

		if (edge->from != file)
			continue;
		way[count] = i;
		if (includes->files.at[edge->to].state == INCLUDE_OPEN) {
			for (start = count; start != 0 &&
			     includes->edges.at[way[start]].from != edge->to;)
				start--;
			report_cycle(reading, way + start, count + 1 - start);
		} else if (includes->files.at[edge->to].state == INCLUDE_NEW) {
			find_cycles(reading, edge->to, way, count + 1);
		}
	}
	includes->files.at[file].state = INCLUDE_DONE;
}

/* What a variant adds, as the file behind the configuration. */
static bool
append(struct reading *reading)
{
	const char *text = reading->build->appended;
	struct include_file *file;

	if (text == NULL)
		return true;
	file = list_add(&reading->includes->files);
	file->path = file->identity = reading->build->appended_name;
	return scan_append(reading->scan, file->path, (struct bytes){
				(const uint8_t *)text, strlen(text) });
}

/* ---- All of it --------------------------------------------------------- */

struct scan *
include_read(struct build *build, struct includes *includes)
{
	struct reading reading = { .build = build, .includes = includes };
	struct include_file *main_file = list_add(&includes->files);
	size_t way[INCLUDE_FILES_MAX], token, from = 0;
	const char *failure;
	struct bytes text;

	main_file->path = build->config_path;
	main_file->identity = label_absolute(build->config_path);
	failure = host_read(build->config_path, &text) ? check_size(text)
						       : host_read_error();
	if (failure != NULL) {
		diag(E0101, (struct where){ build->config_path, 0, 0 }, NULL,
		     "%s", failure);
		if (host_nearest(build->config_path) != NULL)
			diag_fix("%s", host_nearest(build->config_path));
		return NULL;
	}
	reading.scan = scan_tokens(build->config_path, text);
	if (reading.scan == NULL || !append(&reading))
		return NULL;
	/* The row grows while it is walked. */
	for (token = 0; token < reading.scan->tokens.count; token++) {
		if (scan_token_at(reading.scan, token)->kind == SCAN_END)
			from++;
		else if (scan_is(reading.scan, token, "include") &&
			 (token == 0 ||
			  (!scan_is(reading.scan, token - 1, ".") &&
			   !scan_is(reading.scan, token - 1, ":"))))
			follow(&reading, from, token);
	}
	if (!reading.is_failed)
		find_cycles(&reading, 0, way, 0);
	if (reading.is_failed)
		return NULL;
	for (from = 0; from < includes->files.count; from++)
		includes->files.at[from].state = INCLUDE_NEW;
	scan_tree(reading.scan);
	return reading.scan;
}

const struct include_edge *
include_at(const struct includes *includes, size_t token)
{
	size_t i;

	for (i = 0; i < includes->edges.count; i++)
		if (includes->edges.at[i].token == token)
			return &includes->edges.at[i];
	return NULL;
}
