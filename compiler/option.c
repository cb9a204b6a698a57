/* SPDX-License-Identifier: ISC */
/* Options of a configuration, from outside: see option.h. */
#include "option.h"

#include <stdlib.h>
#include <string.h>

#include "dotenv.h"

enum { FOLDER_BYTES_MAX = 200 };	/* NAME_MAX is 255 */

bool
option_set(struct build *build, const char *word)
{
	const char *equals = strchr(word, '=');
	struct given *given;

	if (equals == NULL || equals == word)
		return false;
	given = list_add(&build->given);
	given->name = arena_copy_n(word, (size_t)(equals - word));
	given->text = equals + 1;
	given->sequence = build->given.count;
	/* An INSTANCE.SETTING may be a secret's, which is then refused. */
	given->where.file = arena_printf("--set %s",
					 strchr(given->name, '.') == NULL
						 ? word : given->name);
	return true;
}

/* Options have lower-case names; the convention's keys are upper-case. */
static const char *
lower_case(const char *key)
{
	char *name = arena_copy(key);
	size_t i;

	for (i = 0; name[i] != '\0'; i++)
		if (name[i] >= 'A' && name[i] <= 'Z')
			name[i] = (char)(name[i] - 'A' + 'a');
	return name;
}

static void
read_file(struct build *build, const char *path)
{
	struct input *input;
	struct dotenv dotenv;
	struct bytes text;
	size_t i;

	if (!host_read(path, &text)) {
		diag(E0101, (struct where){ path, 0, 0 }, NULL, "%s",
		     host_read_error());
		return;
	}
	/* Where it lies is no part of the build. */
	input = list_add(&build->inputs);
	input->name = strrchr(path, '/') == NULL ? path
						 : strrchr(path, '/') + 1;
	host_sha256(text, input->sha256);
	dotenv = dotenv_read(path, text);
	for (i = 0; i < dotenv.entries.count; i++) {
		const struct dotenv_entry *entry = &dotenv.entries.at[i];
		struct given *given = list_add(&build->given);

		given->name = lower_case(entry->key);
		given->text = entry->value;
		given->where = entry->where;
		given->sequence = build->given.count;
	}
}

/* By name; of one name those of --set first, then as they were given. */
static int
given_order(const void *a, const void *b)
{
	const struct given *first = a, *second = b;
	int order = strcmp(first->name, second->name);

	if (order != 0)
		return order;
	return first->sequence < second->sequence ? -1 : 1;
}

/* "env=prod" is given in place of every other value of env. */
static void
vary(struct build *build, const char *word)
{
	const char *name = arena_copy_n(word, strcspn(word, "="));
	size_t i, kept = 0;

	for (i = 0; i < build->given.count; i++)
		if (!text_equal(build->given.at[i].name, name))
			build->given.at[kept++] = build->given.at[i];
	build->given.count = kept;
	option_set(build, word);
}

void
option_collect(struct build *build)
{
	size_t i;

	for (i = 0; i < build->env_paths.count; i++)
		read_file(build, build->env_paths.at[i]);
	if (build->varied != NULL)
		vary(build, build->varied);
	if (build->given.count != 0)
		qsort(build->given.at, build->given.count,
		      sizeof *build->given.at, given_order);
	for (i = 1; i < build->given.count; i++) {
		const struct given *given = &build->given.at[i];

		if (!text_equal(given[-1].name, given->name))
			continue;
		diag(E0114, given->where, given->name, "given a second time");
		diag_also(given[-1].where, "given here too");
		diag_fix("keep one of the two");
	}
}

const struct given *
option_given(struct build *build, const char *name)
{
	struct given *found = NULL;
	size_t i;

	/* All of one name are used: that there are two was said already. */
	for (i = build->given.count; i-- != 0;)
		if (text_equal(build->given.at[i].name, name)) {
			found = &build->given.at[i];
			found->is_used = true;
		}
	return found;
}

void
option_report_unknown(const struct build *build)
{
	size_t count = build->options.count, i;
	const char **names = arena_alloc(count + 1, sizeof *names);
	const char *nearest;

	for (i = 0; i < count; i++)
		names[i] = build->options.at[i].name;
	for (i = 0; i < build->given.count; i++) {
		const struct given *given = &build->given.at[i];

		if (given->is_used)
			continue;
		diag(E0113, given->where, given->name,
		     "%s declares no such option", build->config_path);
		nearest = text_nearest(lower_case(given->name), names, count);
		if (nearest != NULL)
			diag_fix("write %s", nearest);
		else
			diag_fix("add %s = option { ... } to it", given->name);
	}
}

const char *
option_show(const struct config_option *option)
{
	const struct value *value = &option->value;
	const char *shown;
	char *copy;
	size_t from, to = 0;

	if (value->type == TYPE_TEXT || value->type == TYPE_CHOICE)
		return value->text;
	/* "4 MiB" is one word. */
	shown = type_show(&option->setting, value);
	copy = arena_copy(shown);
	for (from = 0; shown[from] != '\0'; from++)
		if (shown[from] != ' ')
			copy[to++] = shown[from];
	copy[to] = '\0';
	return copy;
}

/* Bytes that mean nothing to a shell, a linker script or clang, which takes
 * a = in a path for the end of a prefix, as they are; others as %HH. */
static void
add_safe(struct buffer *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || strchr("._-", c) != NULL)
			buffer_add(out, &c, 1);
		else
			buffer_printf(out, "%%%02X", c);
	}
}

static int
option_order(const void *a, const void *b)
{
	const struct config_option *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

const struct config_option **
option_sorted(const struct build *build)
{
	size_t count = build->options.count, i;
	const struct config_option **sorted =
		arena_alloc(count + 1, sizeof *sorted);

	for (i = 0; i < count; i++)
		sorted[i] = &build->options.at[i];
	qsort(sorted, count, sizeof *sorted, option_order);
	return sorted;
}

const char *
option_folder(const struct build *build)
{
	const struct config_option **sorted = option_sorted(build);
	struct buffer out = { 0 };
	const char *folder;
	uint8_t sha256[32];
	bool is_any = false;
	size_t i;

	buffer_printf(&out, "%s", build->image.name);
	for (i = 0; i < build->options.count; i++) {
		if (!sorted[i]->is_given)
			continue;
		buffer_printf(&out, "%s%s.", is_any ? "+" : "-",
			      sorted[i]->name);
		add_safe(&out, option_show(sorted[i]));
		is_any = true;
	}
	host_sha256((struct bytes){ (const uint8_t *)out.at, out.size },
		    sha256);
	folder = out.size <= FOLDER_BYTES_MAX
			 ? arena_copy_n(out.at, out.size)
			 : arena_printf("%.*s~%s", FOLDER_BYTES_MAX - 20,
					out.at, host_hex(sha256, 8));
	free(out.at);
	return folder;
}
