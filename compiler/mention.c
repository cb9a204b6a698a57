/* SPDX-License-Identifier: ISC */
/* Mentions: see mention.h. */
#include "mention.h"

#include <string.h>

#include "catalogue.h"

static bool
is_of_word(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

/* Not as part of a longer word. */
static bool
file_has(const char *path, const char *thing)
{
	size_t size = strlen(thing);
	const uint8_t *at, *end;
	struct bytes text;

	if (size == 0 || !host_read(path, &text))
		return false;
	end = text.at + text.size;
	for (at = text.at;
	     (at = memmem(at, (size_t)(end - at), thing, size)) != NULL; at++)
		if (!(at != text.at && is_of_word(at[0]) &&
		      is_of_word(at[-1])) &&
		    !(at + size != end && is_of_word(at[size - 1]) &&
		      is_of_word(at[size])))
			return true;
	return false;
}

const char *
mention_package(const struct catalogue *catalogue, const char *name)
{
	size_t i;

	for (i = 0; name != NULL && i < catalogue->packages_count; i++)
		if (text_equal(catalogue->packages[i].name, name))
			return sources_folder(&catalogue->packages[i]);
	return NULL;
}

/* The C of a module and of its package: paths. */
struct paths {
	LIST(const char *) list;
};

static struct paths
sources_of(const struct catalogue *catalogue, const struct module *module)
{
	const char *folder = mention_package(catalogue, module->package);
	struct paths paths = { 0 };
	const char **names;
	size_t count, i;

	if (host_list(module->folder, &names, &count))
		for (i = 0; i < count; i++)
			if (text_ends(names[i], ".c") ||
			    text_ends(names[i], ".h"))
				*list_add(&paths.list) =
					host_join(module->folder, names[i]);
	for (i = 0; folder != NULL && i < module->package_files_count; i++)
		*list_add(&paths.list) =
			host_join(folder, module->package_files[i]);
	return paths;
}

bool
mention_is_in(const struct catalogue *catalogue, const struct module *module,
	      const char *thing)
{
	struct paths paths = sources_of(catalogue, module);
	size_t i;

	for (i = 0; i < paths.list.count; i++)
		if (file_has(paths.list.at[i], thing))
			return true;
	return false;
}

/* What is called or defined in a file. */
static void
add_functions(struct mentions *mentions, const char *path)
{
	const uint8_t *at, *end, *start;
	struct bytes text;

	if (!host_read(path, &text))
		return;
	end = text.at + text.size;
	for (at = text.at; at != end; at += at != end) {
		for (start = at; at != end && is_of_word(*at);)
			at++;
		if (at != start && at != end && *at == '(' &&
		    !(start[0] >= '0' && start[0] <= '9'))
			*list_add(&mentions->names) = arena_copy_n(
				(const char *)start, (size_t)(at - start));
	}
}

void
mention_add_all(struct mentions *mentions, const struct catalogue *catalogue)
{
	size_t i, j;

	for (i = 0; i < catalogue->modules.count; i++) {
		const struct module *module = catalogue_module(
			catalogue, catalogue->modules.at[i]->name);
		struct paths paths;

		if (module == NULL || module->state != MODULE_READ)
			continue;
		*list_add(&mentions->names) = module->name;
		paths = sources_of(catalogue, module);
		for (j = 0; j < paths.list.count; j++)
			add_functions(mentions, paths.list.at[j]);
	}
}
