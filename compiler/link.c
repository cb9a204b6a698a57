/* SPDX-License-Identifier: ISC */
/*
 * Link: objects to one image at fixed addresses, then the file that boots.
 *
 * What the linker makes keeps its symbols, lines and relocations: it becomes
 * NAME.debug. It depends on the bytes of the objects, of the layout and of the
 * linker, and on their order, so it is kept in the store under their hash, and
 * with it the linker's map: which input section lies where (audit.h).
 * The linker runs in the store's folder: it sees no path of this machine.
 */
#include <errno.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "elf_image.h"
#include "label.h"
#include "layout.h"
#include "link_said.h"
#include "package.h"
#include "store.h"
#include "toolchain.h"
#include "unicc.h"

/*
 * --icf=safe: functions whose address is compared stay apart. --emit-relocs:
 * the relocations stay, for those who ask who refers to what.
 * -O2: strings that end alike are shared.
 */
const char *const link_flags[] = {
	"-n", "-O2", "--gc-sections", "--icf=safe", "-z", "noexecstack",
	"--build-id=none", "--emit-relocs", "--color-diagnostics=never",
	"--error-limit=0",
};
const size_t link_flags_count = countof(link_flags);

/* Beyond these, memory is not worth naming. */
enum { LARGEST_SHOWN = 5 };
static const int64_t memory_step = 64 * 1024;

static const char *
layout_path(const struct build *build)
{
	return host_join(build->catalogue->root, build->image.platform->layout);
}

static bool
make_key(const struct build *build, uint8_t key[32])
{
	struct read_file *layout = store_file(layout_path(build));
	const char *flags[LAYOUT_FLAGS];
	size_t flags_count = layout_flags(&build->image, flags), i;
	struct sha256_ctx hash;

	if (layout == NULL) {
		diag(E0604, (struct where){ layout_path(build), 0, 0 }, NULL,
		     "%s", strerror(errno));
		return false;
	}
	sha256_init(&hash);
	sha256_update(&hash, 13, (const uint8_t *)"unicc link 1");
	sha256_update(&hash, 32, toolchain_linker.sha256);
	for (i = 0; i < link_flags_count; i++)
		sha256_update(&hash, strlen(link_flags[i]) + 1,
			      (const uint8_t *)link_flags[i]);
	/* Of the seed, and of how it is used. */
	for (i = 0; i < flags_count; i++)
		sha256_update(&hash, strlen(flags[i]) + 1,
			      (const uint8_t *)flags[i]);
	if (flags_count != 0)
		sha256_update(&hash, strlen(build->image.layout_seed) + 1,
			      (const uint8_t *)build->image.layout_seed);
	sha256_update(&hash, 32, layout->sha256);
	/* An object's name is the hash of its bytes. */
	for (i = 0; i < build->units.count; i++)
		sha256_update(&hash, 64, (const uint8_t *)strrchr(
			build->units.at[i].object, '/') + 1);
	sha256_digest(&hash, 32, key);
	return true;
}

/* "ab/abcd...", below the store's objects. */
static const char *
short_name(const char *object)
{
	return strrchr(object, '/') - 2;
}

/* Run argv in folder; what it says goes to *said. */
static int
run_in(const char *folder, const char **argv, struct buffer *said)
{
	char here[4096];
	int status = -1;

	if (getcwd(here, sizeof here) == NULL || chdir(folder) != 0)
		return -1;
	status = host_run_after(argv, said, toolchain_environment);
	if (chdir(here) != 0)
		return -1;
	return status;
}

/* The flags for a layout by a seed, and the file that they name. */
static bool
add_layout(const struct build *build, struct words *argv)
{
	const char *order = label_absolute(
		host_join(store_work_folder(), "order"));
	const char *flags[LAYOUT_FLAGS];
	size_t count = layout_flags(&build->image, flags), i;

	if (count == 0)
		return true;
	for (i = 0; i < count; i++)
		words_add(argv, flags[i]);
	words_add(argv, arena_printf("--symbol-ordering-file=%s", order));
	/* Names that nothing in the image asks for are in it, too. */
	words_add(argv, "--no-warn-symbol-ordering");
	return host_write(order, layout_order(build));
}

static bool
run_linker(const struct build *build, const char *output, const char *map)
{
	struct words argv = { 0 };
	struct buffer said = { 0 };
	int status;
	size_t i;

	words_add(&argv, toolchain_linker.path);
	for (i = 0; i < link_flags_count; i++)
		words_add(&argv, link_flags[i]);
	if (!add_layout(build, &argv)) {
		diag_cannot_write(store_work_folder());
		return false;
	}
	words_add(&argv, arena_printf("-Map=%s", map));
	words_add(&argv, "-T");
	words_add(&argv, label_absolute(layout_path(build)));
	words_add(&argv, "-o");
	words_add(&argv, output);
	for (i = 0; i < build->units.count; i++)
		words_add(&argv, short_name(build->units.at[i].object));
	words_add(&argv, NULL);
	status = run_in(host_join(host_cache_folder(), "objects"), argv.at,
			&said);
	if (status != 0)
		link_said(build, said.at == NULL ? "" : said.at, status);
	return status == 0;
}

/* The linked file, from the store or by linking now. */
static bool
get_linked(struct build *build)
{
	const char *place, *map_place, *output, *map;
	struct elf_image image;

	if (!make_key(build, build->link_key))
		return false;
	place = store_path("links", build->link_key);
	map_place = store_path("maps", build->link_key);
	if (host_read(place, &build->debug) &&
	    host_read(map_place, &build->map) &&
	    elf_read(build->debug, &image) == NULL) {
		store_use(place);
		store_use(map_place);
		return true;
	}
	if (store_work_folder() == NULL) {
		diag_cannot_write(host_cache_folder());
		return false;
	}
	output = host_join(store_work_folder(), "image");
	map = host_join(store_work_folder(), "map");
	if (!run_linker(build, output, map))
		return false;
	if (!host_read(output, &build->debug) || !host_read(map, &build->map) ||
	    !store_adopt(map, map_place) || !store_adopt(output, place)) {
		diag_cannot_write(place);
		return false;
	}
	return true;
}

/* ---- Memory ---------------------------------------------------------------- */

static int
larger_first(const void *a, const void *b)
{
	const struct elf_symbol *first = a, *second = b;

	if (first->size != second->size)
		return first->size > second->size ? -1 : 1;
	return strcmp(first->name, second->name);
}

/* Link-time optimisation tells namesakes apart by a number at the end. */
static const char *
name_without_number(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot == NULL || dot[1 + strspn(dot + 1, "0123456789")] != '\0')
		return name;
	return arena_copy_n(name, (size_t)(dot - name));
}

static void
add_row(struct buffer *table, uint64_t size_bytes, const char *what)
{
	buffer_printf(table, "\n    %12llu  %s", (unsigned long long)size_bytes,
		      what);
}

static void
add_largest(struct buffer *table, struct bytes debug)
{
	struct elf_symbol *symbols;
	size_t count, i;

	elf_symbols(debug, &symbols, &count);
	if (count != 0)
		qsort(symbols, count, sizeof *symbols, larger_first);
	for (i = 0; i < count && i < LARGEST_SHOWN && symbols[i].size != 0; i++)
		add_row(table, symbols[i].size,
			name_without_number(symbols[i].name));
}

static const char *
memory_table(const struct build *build, const struct elf_image *image)
{
	static const char *const names[] = { "text", "constants", "data" };
	uint64_t load = build->image.platform->load;
	uint64_t sums[countof(names)] = { 0 }, sum = load;
	struct buffer table = { 0 };
	size_t i;

	for (i = 0; i < image->segments_count; i++)
		sums[image->segments[i].is_executable ? 0
		     : image->segments[i].is_writable ? 2
						      : 1] +=
			image->segments[i].memory_bytes;
	add_row(&table, load, "bytes below the image, not used by it");
	for (i = 0; i < countof(names); i++) {
		add_row(&table, sums[i], names[i]);
		sum += sums[i];
	}
	add_row(&table, image->end - sum, "between them, up to whole pages");
	add_row(&table, image->end, "in all; the largest objects:");
	add_largest(&table, build->debug);
	return table.at;
}

static void
check_memory(const struct build *build, const struct elf_image *image)
{
	const struct platform *platform = build->image.platform;
	int64_t wanted = (int64_t)image->end;

	if (wanted <= build->image.memory_bytes || build->is_variant)
		return;
	wanted = (wanted + memory_step - 1) / memory_step * memory_step;
	if (wanted < platform->memory_min)
		wanted = platform->memory_min;
	diag(E0404, build->image.memory_origin.where, "image.memory",
	     "%lld KiB, and the image takes %llu KiB%s",
	     (long long)build->image.memory_bytes / 1024,
	     (unsigned long long)(image->end + 1023) / 1024,
	     memory_table(build, image));
	if (wanted <= platform->memory_max)
		diag_fix("write memory = %lld * KiB",
			 (long long)wanted / 1024);
}

void
link_image(struct build *build)
{
	struct elf_image image;
	const char *wrong;

	build->debug_path = host_join(build->out_path,
				      arena_printf("%s.debug",
						   build->image.name));
	if (!get_linked(build))
		return;
	wrong = elf_read(build->debug, &image);
	if (wrong != NULL) {
		diag(E0604, (struct where){ layout_path(build), 0, 0 }, NULL,
		     "what was linked cannot boot: %s", wrong);
		return;
	}
	build->image_end = image.end;
	check_memory(build, &image);
	build->elf = elf_pack(&image);
}
