/* SPDX-License-Identifier: ISC */
/*
 * How a unit is compiled, its flags and include path, and the key of its
 * object, which is made of that and of nothing of this machine.
 */
#include <nettle/sha2.h>
#include <string.h>

#include "compile_job.h"
#include "label.h"
#include "libc.h"
#include "toolchain.h"

/*
 * DWARF 4, because 5 holds a hash of every source file, comments included:
 * an edited comment would be another object and another NAME.debug.
 */
static const char *const own_flags[] = {
	"-gline-tables-only", "-gdwarf-4", "-fdebug-compilation-dir=unicc",
	"--no-default-config", "-Werror=date-time",
	"-Wno-unused-command-line-argument", "-fno-caret-diagnostics",
	"-fno-color-diagnostics", "-fmacro-backtrace-limit=1",
};

static void
add_include(struct compile_job *job, const char *option, const char *folder)
{
	const char *path = label_absolute(folder);

	*list_add(&job->flags) = option;
	*list_add(&job->flags) = path;
	*list_add(&job->folders) = path;
}

/* The unit's own flags; folders become absolute. */
static void
add_unit_flags(struct compile_job *job)
{
	const struct unit *unit = job->unit;
	size_t i;

	for (i = 0; i < unit->flags_count; i++) {
		const char *flag = unit->flags[i];

		if (text_starts(flag, "-I") && flag[2] != '\0')
			add_include(job, "-I", flag + 2);
		else if ((text_equal(flag, "-I") ||
			  text_equal(flag, "-isystem")) &&
			 i + 1 < unit->flags_count)
			add_include(job, flag, unit->flags[++i]);
		else
			*list_add(&job->flags) = flag;
	}
}

static void
add_folders(struct compile_job *job, const struct build *build)
{
	const char *root = build->catalogue->root;
	const struct platform *platform = build->image.platform;
	const char **libc;
	size_t i, libc_count;

	add_include(job, "-I", host_join(root, "kernel/include"));
	for (i = 0; i < platform->folders_count; i++)
		add_include(job, "-I", host_join(root, platform->folders[i]));
	add_include(job, "-I", host_join(root, "kernel"));
	add_include(job, "-I", host_join(root, "stdlib"));
	add_include(job, "-I", host_join(root, "drivers"));
	add_include(job, "-I", root);
	libc = libc_includes(build->catalogue, &libc_count);
	for (i = 0; libc != NULL && i < libc_count; i++)
		add_include(job, "-isystem", libc[i]);
	if (platform->headers_path != NULL)
		add_include(job, "-isystem", platform->headers_path);
	add_include(job, "-isystem", toolchain_headers());
}

/* Equal include paths get equal numbers. */
static unsigned
number_path(const struct include_path *path)
{
	static LIST(const struct include_path *) known;
	struct include_path *copy;
	size_t i, j;

	for (i = 0; i < known.count; i++) {
		if (known.at[i]->count != path->count)
			continue;
		for (j = 0; j < path->count; j++)
			if (!text_equal(known.at[i]->folders[j],
					path->folders[j]))
				break;
		if (j == path->count)
			return known.at[i]->number;
	}
	copy = arena_alloc(1, sizeof *copy);
	*copy = *path;
	copy->number = (unsigned)known.count + 1;
	*list_add(&known) = copy;
	return copy->number;
}

static void
hash_text(struct sha256_ctx *hash, const char *text)
{
	sha256_update(hash, strlen(text) + 1, (const uint8_t *)text);
}

/* Folders count by their labels, or nothing could be shared or moved. */
static void
make_key(struct compile_job *job)
{
	struct sha256_ctx hash;
	size_t i;

	sha256_init(&hash);
	hash_text(&hash, "unicc unit 1");
	sha256_update(&hash, 32, toolchain_clang.sha256);
	for (i = 0; i < job->flags.count; i++)
		hash_text(&hash, job->flags.at[i][0] == '/'
					 ? label_of(job->flags.at[i])
					 : job->flags.at[i]);
	hash_text(&hash, job->unit->label);
	sha256_update(&hash, 32, job->source->sha256);
	sha256_digest(&hash, 32, job->key);
}

void
compile_prepare(struct compile_job *job, const struct build *build)
{
	size_t i;

	for (i = 0; i < build->catalogue->cflags_count; i++)
		*list_add(&job->flags) = build->catalogue->cflags[i];
	for (i = 0; i < countof(own_flags); i++)
		*list_add(&job->flags) = own_flags[i];
	if (job->unit->is_system)
		*list_add(&job->flags) = "-w";
	add_unit_flags(job);
	add_folders(job, build);
	job->path.folders = job->folders.at;
	job->path.count = job->folders.count;
	job->path.number = number_path(&job->path);
	make_key(job);
}
