/* SPDX-License-Identifier: ISC */
/*
 * The C library of an image: what its objects want of musl, and no more.
 *
 * Objects are chosen as a linker takes them from an archive: an undefined
 * symbol that no object of the image defines is looked up in the index, and
 * the file that defines it becomes a unit. What that unit's object wants is
 * known when it is compiled, so choosing goes on until a round adds nothing.
 *
 * That a function of the library does not become a call of itself is due to
 * -ffreestanding in build.lua's cflags: clang then sees no memset in a loop.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "label.h"
#include "libc.h"
#include "libc_index.h"
#include "object.h"

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
	diag_cannot_write(path);
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
		arena_alloc(2 * countof(folders) + 1, sizeof *flags);
	size_t i, j = 0;

	for (i = 0; i < countof(folders); i++) {
		flags[j++] = "-isystem";
		flags[j++] = folders[i];
	}
	flags[j++] = "-D_XOPEN_SOURCE=700";
	*count = j;
	return flags;
}

struct libc {
	struct libc_index *index;
	const char **flags;	/* of musl's own files */
	size_t flags_count;
	LIST(const char *) given;	/* by the objects so far */
};

struct libc *
libc_open(const struct catalogue *catalogue)
{
	const struct module *module = libc_module(catalogue);
	struct libc *libc = arena_alloc(1, sizeof *libc);
	const char *folder;
	size_t count;

	if (module == NULL ||
	    (folder = package_folder(catalogue, module)) == NULL ||
	    libc_includes(catalogue, &count) == NULL)
		return NULL;
	label_add(folder, arena_printf("%s:", module->package));
	libc->index = libc_index_read(module, folder, derived_folder(folder));
	libc->flags = internal_flags(module, folder, &libc->flags_count);
	return libc->index == NULL ? NULL : libc;
}

static int
text_compare(const void *left, const void *right)
{
	const char *const *a = left, *const *b = right;

	return strcmp(*a, *b);
}

static bool
is_given(const struct libc *libc, const char *name)
{
	return libc->given.count != 0 &&
	       bsearch(&name, libc->given.at, libc->given.count,
		       sizeof *libc->given.at, text_compare) != NULL;
}

static void
add_unit(const struct libc *libc, struct build *build, struct libc_file *file)
{
	struct unit *unit = list_add(&build->units);

	file->is_chosen = true;
	unit->name = arena_printf("libc-%s", strrchr(file->path, '/') + 1);
	unit->source = file->path;
	unit->label = file->label;
	unit->is_system = !file->is_ours;
	unit->flags = libc->flags;
	unit->flags_count = libc->flags_count;
}

void
libc_choose(struct libc *libc, struct build *build, size_t first)
{
	LIST(const char *) wanted = { 0 };
	struct object_names names;
	struct libc_file *file;
	size_t i, j;

	for (i = first; i < build->units.count; i++) {
		object_names(build->units.at[i].object, &names);
		for (j = 0; j < names.given.count; j++)
			*list_add(&libc->given) = names.given.at[j];
		for (j = 0; j < names.wanted.count; j++)
			*list_add(&wanted) = names.wanted.at[j];
	}
	if (libc->given.count != 0)
		qsort(libc->given.at, libc->given.count,
		      sizeof *libc->given.at, text_compare);
	for (i = 0; i < wanted.count; i++) {
		file = libc_index_find(libc->index, wanted.at[i]);
		if (file != NULL && !file->is_chosen &&
		    !is_given(libc, wanted.at[i]))
			add_unit(libc, build, file);
	}
}

static int
unit_compare(const void *left, const void *right)
{
	const struct unit *a = left, *b = right;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : strcmp(a->label, b->label);
}

void
libc_sort(struct build *build, size_t first)
{
	if (first != build->units.count)
		qsort(build->units.at + first, build->units.count - first,
		      sizeof *build->units.at, unit_compare);
}
