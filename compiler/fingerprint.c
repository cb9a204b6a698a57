/* SPDX-License-Identifier: ISC */
/*
 * The fingerprint of what went in, and of what came out.
 *
 * What went in gives the two roots (fingerprint.h); what came out gives one
 * leaf for each kind of segment (elf_image.h). Both are written into the
 * identity note of the image and of NAME.debug, whose bytes count as zero.
 *
 * What goes in becomes lines of words. A word that may hold anything is quoted
 * as in C, so that no line can be taken for two, nor a word for others.
 */
#include "fingerprint.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identity.h"
#include "label.h"
#include "link_said.h"
#include "option.h"
#include "slot.h"
#include "store.h"
#include "toolchain.h"

static void
hash_text(const char *text, uint8_t sha256[32])
{
	host_sha256((struct bytes){ (const uint8_t *)text, strlen(text) },
		    sha256);
}

/* A word that may hold anything; "-" is none. */
static void
add_word(struct buffer *text, const char *word)
{
	buffer_printf(text, " ");
	if (word == NULL)
		buffer_printf(text, "-");
	else
		buffer_c_string(text, word, strlen(word));
}

/* ---- Values ---------------------------------------------------------------- */

static void
add_content(struct buffer *text, const struct content *content)
{
	size_t i;

	for (i = 0; i < content->files.count; i++) {
		const struct content_file *file = &content->files.at[i];

		buffer_printf(text, "file %s %s", file->blob,
			      file->gzip_blob == NULL ? "-" : file->gzip_blob);
		add_word(text, file->type);
		add_word(text, file->etag);
		add_word(text, file->path);
		buffer_printf(text, "\n");
	}
}

static void
add_part(void *text, const struct part *part)
{
	if (part->value->content == NULL)
		return;
	buffer_printf(text, "part");
	add_word(text, part->name);
	buffer_printf(text, "\n");
	add_content(text, part->value->content);
}

static void
add_setting(struct buffer *text, const struct instance *instance, size_t index)
{
	const struct setting *setting = &instance->module->settings.at[index];
	struct value *value = &instance->values[index];
	struct part whole = {
		.name = setting->name,
		.setting = setting,
		.value = value,
		.origin = &instance->origins[index],
		.is_set = instance->origins[index].kind != ORIGIN_NONE,
	};

	buffer_printf(text, "setting %s\n", setting->name);
	if (value->is_sealed) {
		slot_write_c(text, instance, index);
	} else if (value->content != NULL) {
		add_content(text, value->content);
	} else if (setting->type != TYPE_FILE && setting->type != TYPE_FILES) {
		type_write_c(text, setting, value, whole.is_set);
		type_each_part(&whole, add_part, text);
	}
}

static void
add_instance(struct buffer *text, const struct instance *instance)
{
	const struct module *module = instance->module;
	size_t i;

	buffer_printf(text, "instance %s %s %d\n", instance->name, module->name,
		      instance->device_slot);
	for (i = 0; i < module->requires.count; i++)
		buffer_printf(text, "wire %s %s\n",
			      module->requires.at[i].slot,
			      instance->wires[i] == NULL
				      ? "-"
				      : instance->wires[i]->name);
	for (i = 0; i < module->settings.count; i++)
		add_setting(text, instance, i);
}

static int
instance_compare(const void *a, const void *b)
{
	const struct instance *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

static const char *
values_text(const struct build *build)
{
	size_t count = build->instances.count, i;
	struct instance **sorted = arena_alloc(count + 1, sizeof *sorted);
	const struct config_option **options = option_sorted(build);
	struct buffer text = { 0 };

	buffer_printf(&text, "image %s %s %lld\n", build->image.name,
		      build->image.platform->name,
		      (long long)build->image.memory_bytes);
	if (build->image.layout_seed != NULL) {
		buffer_printf(&text, "layout");
		add_word(&text, build->image.layout_seed);
		buffer_printf(&text, "\n");
	}
	for (i = 0; i < build->options.count; i++) {
		buffer_printf(&text, "option %s %s", options[i]->name,
			      type_name(options[i]->value.type));
		add_word(&text, type_show(&options[i]->setting,
					  &options[i]->value));
		buffer_printf(&text, "\n");
	}
	for (i = 0; i < count; i++)
		sorted[i] = build->instances.at[i];
	qsort(sorted, count, sizeof *sorted, instance_compare);
	for (i = 0; i < count; i++)
		add_instance(&text, sorted[i]);
	return text.at;
}

/* ---- Sources --------------------------------------------------------------- */

static int
file_compare(const void *a, const void *b)
{
	const struct read_file *const *first = a, *const *second = b;

	return strcmp((*first)->label, (*second)->label);
}

static void
list_reads(const struct build *build, struct tree *tree)
{
	LIST(struct read_file *) reads = { 0 };
	struct read_file *layout = store_file(host_join(
		build->catalogue->root, build->image.platform->layout));
	size_t i, j, kept = 0;

	if (layout != NULL)
		*list_add(&reads) = layout;
	for (i = 0; i < build->units.count; i++)
		for (j = 0; j < build->units.at[i].reads_count; j++)
			*list_add(&reads) = build->units.at[i].reads[j];
	if (reads.count != 0)
		qsort(reads.at, reads.count, sizeof *reads.at, file_compare);
	for (i = 0; i < reads.count; i++)
		if (i == 0 || reads.at[i] != reads.at[kept - 1])
			reads.at[kept++] = reads.at[i];
	tree->reads = reads.at;
	tree->reads_count = kept;
}

static const char *
sources_text(const struct tree *tree)
{
	struct buffer text = { 0 };
	size_t i;

	for (i = 0; i < tree->reads_count; i++)
		identity_add_source(
			&text, host_hex(store_tokens(tree->reads[i]), 32),
			text_utf8(tree->reads[i]->label));
	return text.at == NULL ? "" : text.at;
}

/* ---- Toolchain ------------------------------------------------------------- */

static void
add_unit(struct buffer *text, const struct unit *unit)
{
	size_t i;

	buffer_printf(text, "unit");
	add_word(text, unit->label);
	if (unit->is_system)
		add_word(text, "-w");
	for (i = 0; i < unit->flags_count; i++) {
		const char *flag = unit->flags[i];

		if (text_starts(flag, "-I"))
			flag = arena_printf("-I%s", label_of(flag + 2));
		else if (i != 0 && text_equal(unit->flags[i - 1], "-isystem"))
			flag = label_of(flag);
		add_word(text, flag);
	}
	buffer_printf(text, "\n");
}

/* A line of these words. */
static void
add_words(struct buffer *text, const char *start, const char *const *words,
	  size_t count)
{
	size_t i;

	buffer_printf(text, "%s", start);
	for (i = 0; i < count; i++)
		add_word(text, words[i]);
	buffer_printf(text, "\n");
}

static int
unit_compare(const void *a, const void *b)
{
	const struct unit *const *first = a, *const *second = b;

	return strcmp((*first)->name, (*second)->name);
}

static const char *
toolchain_text(const struct build *build)
{
	const struct tool *tools[] = { &toolchain_clang, &toolchain_linker };
	size_t count = build->units.count, i;
	const struct unit **sorted = arena_alloc(count + 1, sizeof *sorted);
	struct buffer text = { 0 };

	buffer_printf(&text, "unicc %s\n", UNICC_VERSION);
	for (i = 0; i < countof(tools); i++) {
		buffer_printf(&text, "tool %s %s", tools[i]->name,
			      host_hex(tools[i]->sha256, 32));
		add_word(&text, tools[i]->version);
		buffer_printf(&text, "\n");
	}
	add_words(&text, "flag", build->catalogue->cflags,
		  build->catalogue->cflags_count);
	add_words(&text, "link", link_flags, link_flags_count);
	for (i = 0; i < count; i++)
		sorted[i] = &build->units.at[i];
	qsort(sorted, count, sizeof *sorted, unit_compare);
	for (i = 0; i < count; i++)
		add_unit(&text, sorted[i]);
	return text.at;
}

/* ---- Roots ----------------------------------------------------------------- */

/* A copy of the file with its identity; filled: and with the values in its
 * slots. Reading cannot fail: link has read it, or elf_pack has written it. */
static struct bytes
with_identity(struct bytes file, const struct build *build, bool is_filled,
	      struct elf_identity *identity)
{
	struct slots slots = slots_of(build);
	struct elf_image image;
	uint8_t *copy = arena_alloc(file.size, 1);

	memcpy(copy, file.at, file.size);
	file.at = copy;
	if (elf_read(file, &image) != NULL)
		return file;
	assert(image.slots.size == slots.bytes);
	if (is_filled)
		slots_fill(&slots, copy + image.slots_offset);
	identity_write(copy, file.size, &image, build->code_root, identity);
	return file;
}

static void
make_roots(struct build *build, struct tree *tree)
{
	struct elf_identity identity = { 0 };
	struct identity_leaves leaves = {
		.values = host_hex(tree->values, 32),
		.sources = host_hex(tree->sources, 32),
		.toolchain = host_hex(tree->toolchain, 32),
	};
	struct elf_image image;

	/* Reading cannot fail: link has read it. */
	if (elf_read(build->debug, &image) == NULL)
		identity_linked(build->debug, &image, tree->linked);
	leaves.linked = host_hex(tree->linked, 32);
	identity_code_root(&leaves, build->code_root);
	/* One NAME.debug serves whatever is sealed. */
	build->debug = with_identity(build->debug, build, false, &identity);
	build->elf = with_identity(build->elf, build, true, &identity);
	memcpy(build->instance_root, identity.instance_root, 32);
}

void
fingerprint(struct build *build)
{
	struct tree *tree = arena_alloc(1, sizeof *tree);

	tree->image_name = build->image.name;
	list_reads(build, tree);
	tree->values_text = values_text(build);
	tree->sources_text = sources_text(tree);
	tree->toolchain_text = toolchain_text(build);
	hash_text(tree->values_text, tree->values);
	hash_text(tree->sources_text, tree->sources);
	hash_text(tree->toolchain_text, tree->toolchain);
	make_roots(build, tree);
	build->tree = tree;
	store_close();
}
