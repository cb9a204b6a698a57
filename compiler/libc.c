/* SPDX-License-Identifier: ISC */
/*
 * The C library of an image: what its sources mention of musl, and no more.
 *
 * Every source of the image is read for names, with the headers it includes
 * except the C library's own, whose prototypes mention everything. Each name
 * that a file of the library defines makes that file a unit, and so on for
 * what that file mentions.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "label.h"
#include "libc.h"
#include "libc_index.h"

/* Called by the compiler itself: for a structure's copy, a loop of zeros. */
static const char *const always[] = { "memcmp", "memcpy", "memmove", "memset" };

/* ---- Headers ----------------------------------------------------------------- */

static const struct module *
libc_module(const struct catalogue *catalogue)
{
	const struct module *module = catalogue_module(catalogue, "libc");

	if (module == NULL || module->package == NULL)
		diag(E0501, (struct where){ 0 }, "libc",
		     "the catalogue has no module libc with a package");
	return module;
}

static const char *
package_folder(const struct catalogue *catalogue, const struct module *module)
{
	size_t i;

	for (i = 0; i < catalogue->packages_count; i++)
		if (text_equal(catalogue->packages[i].name, module->package))
			return sources_folder(&catalogue->packages[i]);
	diag(E0501, module->where, "libc", "build.lua has no source package %s",
	     module->package);
	return NULL;
}

/* Where what follows from the package lies; beside its folder's name, because
 * the folder itself holds the package's bytes alone. */
static const char *
derived_folder(const char *folder)
{
	return host_join(host_cache_folder(),
			 arena_printf("libc/%s", strrchr(folder, '/') + 1));
}

/*
 * musl's mkalltypes.sed: "TYPEDEF type name;" and "STRUCT name body;" each
 * become a definition under the guards __NEED_name and __DEFINED_name.
 */
static void
add_type_line(struct buffer *out, const char *line, size_t size)
{
	static const struct {
		const char *word, *guard, *keyword;
	} forms[] = {
		{ "TYPEDEF ", "", "typedef" },
		{ "STRUCT ", "struct_", "struct" },
		{ "UNION ", "union_", "union" },
	};
	const char *body, *name, *end = line + size;
	size_t i, name_size;

	for (i = 0; i < countof(forms); i++)
		if (strncmp(line, forms[i].word, strlen(forms[i].word)) == 0)
			break;
	if (i == countof(forms) || size == 0 || end[-1] != ';') {
		buffer_add(out, line, size);
		buffer_add(out, "\n", 1);
		return;
	}
	body = line + strlen(forms[i].word);
	name = body;
	if (i == 0)
		for (name = end - 1; name[-1] != ' '; name--)
			continue;
	name_size = i == 0 ? (size_t)(end - 1 - name) : strcspn(name, " ");
	buffer_printf(out, "#if defined(__NEED_%s%.*s) && "
			   "!defined(__DEFINED_%s%.*s)\n%s %.*s\n"
			   "#define __DEFINED_%s%.*s\n#endif\n",
		      forms[i].guard, (int)name_size, name, forms[i].guard,
		      (int)name_size, name, forms[i].keyword, (int)(end - body),
		      body, forms[i].guard, (int)name_size, name);
}

/* musl's Makefile: __NR_name again as SYS_name. */
static void
add_syscall_line(struct buffer *out, const char *line, size_t size)
{
	const char *name = memmem(line, size, "__NR_", 5);

	if (name == NULL)
		return;
	buffer_printf(out, "%.*sSYS_%.*s\n", (int)(name - line), line,
		      (int)(size - (size_t)(name + 5 - line)), name + 5);
}

static bool
derive(struct buffer *out, const char *path,
       void (*add_line)(struct buffer *, const char *, size_t))
{
	struct bytes bytes;
	const char *line;

	if (!host_read(path, &bytes)) {
		diag(E0502, (struct where){ path, 0, 0 }, NULL, "%s",
		     strerror(errno));
		return false;
	}
	for (line = arena_copy_n((const char *)bytes.at, bytes.size);
	     *line != '\0';) {
		size_t size = strcspn(line, "\n");

		add_line(out, line, size);
		line += size + (line[size] == '\n');
	}
	return true;
}

static void
add_plain_line(struct buffer *out, const char *line, size_t size)
{
	buffer_add(out, line, size);
	buffer_add(out, "\n", 1);
}

static bool
write_header(const char *path, const struct buffer *text)
{
	if (host_make_folders(host_folder_of(path)) &&
	    host_write(path, (struct bytes){ (const uint8_t *)text->at,
					     text->size }))
		return true;
	diag(E0605, (struct where){ path, 0, 0 }, NULL, "%s", strerror(errno));
	return false;
}

/* The two headers that musl's own build makes. */
static bool
derive_headers(const char *folder, const char *include)
{
	const char *types = host_join(include, "bits/alltypes.h");
	const char *calls = host_join(include, "bits/syscall.h");
	const char *in = host_join(folder, "arch/x86_64/bits/syscall.h.in");
	struct buffer types_text = { 0 }, calls_text = { 0 };

	if (host_exists(types) && host_exists(calls))
		return true;
	return derive(&types_text,
		      host_join(folder, "arch/x86_64/bits/alltypes.h.in"),
		      add_type_line) &&
	       derive(&types_text, host_join(folder, "include/alltypes.h.in"),
		      add_type_line) &&
	       derive(&calls_text, in, add_plain_line) &&
	       derive(&calls_text, in, add_syscall_line) &&
	       write_header(types, &types_text) &&
	       write_header(calls, &calls_text);
}

const char **
libc_includes(const struct catalogue *catalogue, size_t *folders_count)
{
	static const struct catalogue *known;
	static const char **folders;
	const struct module *module;
	const char *folder, *include;

	*folders_count = 5;
	if (known == catalogue)
		return folders;
	module = libc_module(catalogue);
	folder = module == NULL ? NULL : package_folder(catalogue, module);
	if (folder == NULL)
		return NULL;
	include = host_join(derived_folder(folder), "include");
	if (!derive_headers(folder, include))
		return NULL;
	folders = arena_alloc(*folders_count, sizeof *folders);
	folders[0] = host_join(module->folder, "include");
	folders[1] = include;
	folders[2] = host_join(folder, "arch/x86_64");
	folders[3] = host_join(folder, "arch/generic");
	folders[4] = host_join(folder, "include");
	known = catalogue;
	return folders;
}

/* ---- What the sources mention -------------------------------------------------- */

struct search {
	struct build *build;
	struct libc_index *index;
	LIST(size_t) wanted;	/* files of the index, still to be followed */
	LIST(const char *) seen;	/* absolute paths of what has been read */
	/* Of the unit that is being read: */
	const char *const *flags;
	size_t flags_count;
};

static void
want_file(struct search *search, size_t number)
{
	struct libc_file *file = &search->index->files.at[number];

	if (file->is_wanted)
		return;
	file->is_wanted = true;
	*list_add(&search->wanted) = number;
}

static void
want_name(struct search *search, const char *text, size_t size)
{
	const struct libc_name *name =
		libc_index_find(search->index, text, size);

	if (name != NULL)
		want_file(search, name->file);
}

/* Where the compiler would find a header that is not the C library's. */
static const char *
find_header(const struct search *search, const char *includer,
	    const char *header, bool is_quoted)
{
	const struct build *build = search->build;
	const char *root = build->catalogue->root, *path;
	const char *fixed[] = { "kernel/include", "stdlib", "drivers", "" };
	size_t i;

	path = host_join(host_folder_of(includer), header);
	if (is_quoted && host_exists(path))
		return path;
	for (i = 0; i < search->flags_count; i++) {
		if (!text_starts(search->flags[i], "-I"))
			continue;
		path = host_join(search->flags[i] + 2, header);
		if (host_exists(path))
			return path;
	}
	for (i = 0; i < build->image.platform->folders_count; i++) {
		path = host_join(host_join(root,
					   build->image.platform->folders[i]),
				 header);
		if (host_exists(path))
			return path;
	}
	for (i = 0; i < countof(fixed); i++) {
		path = host_join(fixed[i][0] == '\0' ? root
						     : host_join(root, fixed[i]),
				 header);
		if (host_exists(path))
			return path;
	}
	return NULL;
}

static bool
is_seen(struct search *search, const char *path)
{
	size_t i;

	for (i = 0; i < search->seen.count; i++)
		if (text_equal(search->seen.at[i], path))
			return true;
	*list_add(&search->seen) = path;
	return false;
}

/* Headers are followed by a list of what is still to be read, not by calls:
 * their nesting is somebody else's choice. */
static void
search_source(struct search *search, const char *source)
{
	LIST(const char *) pending = { 0 };
	size_t next;

	*list_add(&pending) = label_absolute(source);
	for (next = 0; next < pending.count; next++) {
		const char *path = pending.at[next], *text;
		struct mentions mentions = { 0 };
		enum mention mention;
		struct bytes bytes;
		size_t size;

		/* What cannot be read, the compiler complains about. */
		if (is_seen(search, path) || !host_read(path, &bytes))
			continue;
		mentions.at = (const char *)bytes.at;
		mentions.end = mentions.at + bytes.size;
		while ((mention = mentions_next(&mentions, &text, &size)) !=
		       MENTION_END) {
			const char *header;

			if (mention == MENTION_NAME) {
				want_name(search, text, size);
				continue;
			}
			header = find_header(search, path,
					     arena_copy_n(text, size),
					     mention == MENTION_QUOTED);
			if (header != NULL)
				*list_add(&pending) = label_absolute(header);
		}
	}
}

/* ---- Units --------------------------------------------------------------------- */

/* The include path of musl's own files (its Makefile, CFLAGS_ALL), after the
 * headers that stand in for some. */
static const char **
internal_flags(const struct module *module, const char *folder, size_t *count)
{
	const char *folders[] = {
		host_join(module->folder, "arch"),
		host_join(folder, "arch/x86_64"),
		host_join(folder, "arch/generic"),
		host_join(folder, "src/include"),
		host_join(folder, "src/internal"),
		host_join(derived_folder(folder), "include"),
		host_join(folder, "include"),
	};
	const char **flags =
		arena_alloc(2 * countof(folders) + 3, sizeof *flags);
	size_t i, j = 0;

	for (i = 0; i < countof(folders); i++) {
		flags[j++] = "-isystem";
		flags[j++] = folders[i];
	}
	flags[j++] = "-D_XOPEN_SOURCE=700";
	*count = j;
	/* Used for the always-present ones alone. */
	flags[j++] = "-fno-lto";
	flags[j++] = "-fno-builtin";
	return flags;
}

static bool
defines_always(const struct libc_index *index, size_t file)
{
	size_t i;

	for (i = 0; i < countof(always); i++) {
		const struct libc_name *name =
			libc_index_find(index, always[i], strlen(always[i]));

		if (name != NULL && name->file == file)
			return true;
	}
	return false;
}

static int
unit_compare(const void *left, const void *right)
{
	const struct unit *a = left, *b = right;

	return strcmp(a->name, b->name);
}

static void
add_units(struct build *build, const struct libc_index *index,
	  const char **flags, size_t flags_count)
{
	size_t first = build->units.count, i;

	for (i = 0; i < index->files.count; i++) {
		const struct libc_file *file = &index->files.at[i];
		struct unit *unit;

		if (!file->is_wanted)
			continue;
		unit = list_add(&build->units);
		unit->name = arena_printf("libc-%s",
					  strrchr(file->path, '/') + 1);
		unit->source = file->path;
		unit->label = file->label;
		unit->is_system = !file->is_ours;
		unit->flags = flags;
		unit->flags_count = flags_count +
				    (defines_always(index, i) ? 2 : 0);
	}
	qsort(build->units.at + first, build->units.count - first,
	      sizeof *build->units.at, unit_compare);
}

void
libc_units(struct build *build)
{
	const struct module *module = libc_module(build->catalogue);
	struct search search = { .build = build };
	const char *folder, **flags;
	size_t flags_count, i, j;

	if (module == NULL ||
	    (folder = package_folder(build->catalogue, module)) == NULL ||
	    libc_includes(build->catalogue, &flags_count) == NULL ||
	    (search.index = libc_index_read(module, folder,
					    derived_folder(folder))) == NULL)
		return;
	for (i = 0; i < countof(always); i++)
		want_name(&search, always[i], strlen(always[i]));
	for (i = 0; i < build->units.count; i++) {
		search.flags = build->units.at[i].flags;
		search.flags_count = build->units.at[i].flags_count;
		search_source(&search, build->units.at[i].source);
	}
	for (i = 0; i < search.wanted.count; i++) {
		const struct libc_file *file =
			&search.index->files.at[search.wanted.at[i]];

		for (j = 0; j < file->uses.count; j++)
			want_file(&search,
				  search.index->names.at[file->uses.at[j]].file);
	}
	flags = internal_flags(module, folder, &flags_count);
	add_units(build, search.index, flags, flags_count);
}
