/* SPDX-License-Identifier: ISC */
/* Labels: a short list of folders, searched for the longest that fits. */
#include "label.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unicc.h"

struct folder {
	const char *path;	/* absolute, with a slash at its end */
	const char *prefix;
};

/* Shorter paths first: clang takes the last prefix map that fits. */
static LIST(struct folder) folders;

static const char outside[] = "outside";

static const char *
working_folder(void)
{
	static const char *folder;
	char path[PATH_MAX];

	if (folder == NULL)
		folder = arena_copy(getcwd(path, sizeof path) == NULL ? "/"
								      : path);
	return folder;
}

/* Drop "//", "/./" and "/../" in place; the text starts with a slash. */
static void
clean(char *path)
{
	char *out = path;
	const char *in = path;

	while (*in != '\0') {
		size_t size = strcspn(in + 1, "/") + 1;

		if (size == 1 || (size == 2 && in[1] == '.')) {
			in += size;
		} else if (size == 3 && in[1] == '.' && in[2] == '.') {
			in += size;
			while (out != path) {
				out--;
				if (*out == '/')
					break;
			}
		} else {
			memmove(out, in, size);
			out += size;
			in += size;
		}
	}
	if (out == path)
		*out++ = '/';
	*out = '\0';
}

const char *
label_absolute(const char *path)
{
	char *text = arena_printf("%s%s%s",
				  path[0] == '/' ? "" : working_folder(),
				  path[0] == '/' ? "" : "/", path);

	clean(text);
	return text;
}

void
label_add(const char *path, const char *prefix)
{
	struct folder folder;
	size_t i;

	path = label_absolute(path);
	folder.path = text_equal(path, "/") ? path : arena_printf("%s/", path);
	folder.prefix = arena_copy(prefix);
	for (i = 0; i < folders.count; i++)
		if (text_equal(folders.at[i].path, folder.path))
			return;
	list_add(&folders);
	for (i = folders.count - 1;
	     i != 0 && strlen(folders.at[i - 1].path) > strlen(folder.path);
	     i--)
		folders.at[i] = folders.at[i - 1];
	folders.at[i] = folder;
}

void
label_clear(void)
{
	folders.count = 0;
}

/* Where path starts below folder, or is it; NULL if it does not. */
static const char *
below(const struct folder *folder, const char *path)
{
	size_t size = strlen(folder->path);

	if (strncmp(path, folder->path, size) == 0)
		return path + size;
	if (strncmp(path, folder->path, size - 1) == 0 &&
	    path[size - 1] == '\0')
		return "";
	return NULL;
}

const char *
label_of(const char *path)
{
	const char *rest;
	size_t i;

	path = label_absolute(path);
	for (i = folders.count; i-- != 0;)
		if ((rest = below(&folders.at[i], path)) != NULL)
			return arena_printf("%s%s", folders.at[i].prefix, rest);
	return arena_printf("%s%s", outside, path);
}

void
label_split(const char *path, const char **folder, const char **rest)
{
	size_t i;

	path = label_absolute(path);
	for (i = folders.count; i-- != 0;)
		if ((*rest = below(&folders.at[i], path)) != NULL) {
			*folder = folders.at[i].path;
			return;
		}
	*folder = "/";
	*rest = path + 1;
}

/* The prefix "" fits every label: the longest prefix that fits decides. */
const char *
label_path(const char *label)
{
	const struct folder *best = NULL;
	size_t i;

	for (i = 0; i < folders.count; i++)
		if (text_starts(label, folders.at[i].prefix) &&
		    (best == NULL || strlen(folders.at[i].prefix) >
					     strlen(best->prefix)))
			best = &folders.at[i];
	if (best != NULL && best->prefix[0] != '\0')
		return arena_printf("%s%s", best->path,
				    label + strlen(best->prefix));
	if (text_starts(label, "outside/"))
		return label + strlen(outside);
	if (best == NULL)
		return NULL;
	return arena_printf("%s%s", best->path, label);
}

/*
 * As clang writes a path into the line markers of preprocessed assembly, which
 * its assembler does not read back: quotes and backslashes escaped, and every
 * byte that is not printable in octal.
 */
static const char *
escape(const char *path)
{
	struct buffer text = { 0 };

	for (; *path != '\0'; path++) {
		unsigned char c = (unsigned char)*path;

		if (c < ' ' || c > '~')
			buffer_printf(&text, "\\%03o", c);
		else
			buffer_printf(&text, "%s%c",
				      c == '"' || c == '\\' ? "\\" : "", c);
	}
	return text.at;
}

void
label_flags(const char ***flags, size_t *flags_count)
{
	LIST(const char *) list = { 0 };
	size_t i;

	for (i = 0; i < folders.count; i++) {
		const char *path = folders.at[i].path;

		*list_add(&list) = arena_printf("-ffile-prefix-map=%s=%s",
						path, folders.at[i].prefix);
		if (!text_equal(escape(path), path))
			*list_add(&list) = arena_printf(
				"-ffile-prefix-map=%s=%s", escape(path),
				folders.at[i].prefix);
	}
	*flags = list.at;
	*flags_count = list.count;
}

const char *
label_from(const char *folder, const char *path)
{
	struct buffer out = { 0 };
	size_t same = 0, i;

	folder = arena_printf("%s/", label_absolute(folder));
	path = label_absolute(path);
	for (i = 0; folder[i] != '\0' && folder[i] == path[i]; i++)
		if (folder[i] == '/')
			same = i + 1;
	for (i = same; folder[i] != '\0'; i++)
		if (folder[i] == '/')
			buffer_printf(&out, "../");
	buffer_printf(&out, "%s", path + same);
	return buffer_keep(&out);
}

const char *
label_shown(const char *path)
{
	const char *label = label_of(path);
	size_t i;

	if (text_starts(label, "config/"))
		return label + strlen("config/");
	for (i = 0; text_starts(label, outside) && i < folders.count; i++)
		if (text_equal(folders.at[i].prefix, "config/"))
			return label_from(folders.at[i].path, path);
	return label;
}
