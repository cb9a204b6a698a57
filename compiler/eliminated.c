/* SPDX-License-Identifier: ISC */
/*
 * Proof of elimination: of every setting with few values, what exists only under
 * another value is not in the image.
 *
 * "Exists" is shown by building that value, "not in the image" by looking: in
 * its symbol table for names, in all of its bytes for texts.
 */
#include "eliminated.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES_MIN = 4 };	/* a shorter one is found by chance */

static int
name_order(const void *a, const void *b)
{
	const char *const *first = a, *const *second = b;

	return strcmp(*first, *second);
}

/* ---- Names --------------------------------------------------------------------- */

static void
sort_names(struct names *names)
{
	size_t i, kept = 0;

	if (names->list.count != 0)
		qsort(names->list.at, names->list.count, sizeof(char *),
		      name_order);
	for (i = 0; i < names->list.count; i++)
		if (kept == 0 ||
		    !text_equal(names->list.at[kept - 1], names->list.at[i]))
			names->list.at[kept++] = names->list.at[i];
	names->list.count = kept;
}

static struct names
symbols_of(const struct audit *audit)
{
	struct names names = { 0 };
	size_t i;

	for (i = 0; i < audit->linked.symbols_count; i++) {
		const struct linked_symbol *symbol = &audit->linked.symbols[i];

		if (symbol->section != 0 && symbol->name[0] != '\0' &&
		    !symbol->is_section && !presence_is_numbered(symbol->name))
			*list_add(&names.list) = symbol->name;
	}
	sort_names(&names);
	return names;
}

static bool
has_name(const struct names *names, const char *name)
{
	return names->list.count != 0 &&
	       bsearch(&name, names->list.at, names->list.count,
		       sizeof(char *), name_order) != NULL;
}

/* One image, as it is compared. */
struct side {
	const struct audit *audit;
	struct names symbols;
	struct names names;	/* these, and of what is inlined */
	struct code_lines lines;
};

static struct side
side_of(const struct audit *audit)
{
	struct side side = { .audit = audit, .symbols = symbols_of(audit),
			     .lines = code_lines_of(audit) };
	struct presence presence = presence_of(audit);
	size_t i;

	side.names.list.at = NULL;
	for (i = 0; i < side.symbols.list.count; i++)
		*list_add(&side.names.list) = side.symbols.list.at[i];
	for (i = 0; i < presence.names.count; i++) {
		const char *colon = strchr(presence.names.at[i], ':');

		if (colon != NULL)
			*list_add(&side.names.list) = colon + 1;
	}
	sort_names(&side.names);
	return side;
}

/* ---- Texts --------------------------------------------------------------------- */

static bool
has_bytes(const struct audit *image, struct bytes bytes)
{
	return memmem(image->file.at, image->file.size, bytes.at,
		      bytes.size) != NULL;
}

static bool
is_printable(uint8_t c)
{
	return (c >= ' ' && c <= '~') || c == '\t' || c == '\n' || c == '\r';
}

/* The characters from at on, each of width bytes, little-endian. */
static size_t
run_length(struct bytes bytes, size_t at, size_t width)
{
	size_t length, i;

	for (length = 0; at + width <= bytes.size; at += width, length++) {
		if (!is_printable(bytes.at[at]))
			break;
		for (i = 1; i < width && bytes.at[at + i] == 0; i++)
			;
		if (i != width)
			break;
	}
	return length;
}

/* Texts in a node that the image has nowhere: what strings(1) would print, if a
 * NUL or the end of the node ends it. True if there are any. */
static bool
add_texts(struct names *out, struct bytes bytes, size_t width,
	  const struct audit *image)
{
	bool is_any = false;
	size_t at, length, i;

	for (at = 0; at < bytes.size; at += length == 0 ? 1 : length * width) {
		struct bytes text;
		char *copy;

		length = run_length(bytes, at, width);
		text = (struct bytes){ bytes.at + at, length * width };
		if (length < TEXT_BYTES_MIN || has_bytes(image, text) ||
		    (at + text.size < bytes.size && text.at[text.size] != 0))
			continue;
		copy = arena_alloc(length + 1, 1);
		for (i = 0; i < length; i++)
			copy[i] = (char)text.at[i * width];
		*list_add(&out->list) = copy;
		is_any = true;
	}
	return is_any;
}

/* ---- One other value -------------------------------------------------------------- */

/* What of a has no name in b. */
static void
find_symbols(struct names *out, const struct side *a, const struct side *b)
{
	size_t i;

	for (i = 0; i < a->symbols.list.count; i++)
		if (!has_name(&b->names, a->symbols.list.at[i]))
			*list_add(&out->list) = a->symbols.list.at[i];
}

/* A table's bytes are addresses and code's are instructions: no texts. */
static bool
may_hold_texts(const struct audit_node *node)
{
	return node->kind == AUDIT_STRING || node->kind == AUDIT_CONSTANTS ||
	       node->kind == AUDIT_DATA;
}

static void
find_missing(struct eliminated *out, const struct side *other,
	     const struct side *image)
{
	struct names symbols = { 0 }, texts = { 0 }, wide = { 0 };
	struct names here = { 0 }, texts_here = { 0 };
	enum { WIDE = 4 };
	size_t i;

	find_symbols(&symbols, other, image);
	find_symbols(&here, image, other);
	for (i = 0; i < other->audit->nodes.count; i++) {
		const struct audit_node *node = &other->audit->nodes.at[i];
		struct bytes bytes = audit_bytes_of(other->audit, node);
		bool is_missing = node->is_symbol &&
				  has_name(&symbols, node->name);

		if (may_hold_texts(node)) {
			is_missing |= add_texts(&texts, bytes, 1, image->audit);
			is_missing |= add_texts(&wide, bytes, WIDE,
						image->audit);
		}
		if (is_missing)
			out->bytes += node->file_bytes;
	}
	for (i = 0; i < image->audit->nodes.count; i++)
		if (image->audit->nodes.at[i].kind == AUDIT_STRING)
			add_texts(&texts_here,
				  audit_bytes_of(image->audit,
						 &image->audit->nodes.at[i]),
				  1, other->audit);
	sort_names(&texts);
	sort_names(&wide);
	sort_names(&texts_here);
	out->symbols = symbols;
	out->texts = texts;
	out->wide_texts = wide;
	out->only_here = here;
	out->texts_only_here = texts_here;
	out->lines = code_lines_without(&other->lines, &image->lines);
}

static const char *
first_line(const char *text)
{
	return arena_copy_n(text, strcspn(text, "\n"));
}

/* ---- What was brought in ------------------------------------------------------------ */

static bool
is_same_set(const struct value_set *a, const struct value_set *b)
{
	return a->list.count == b->list.count &&
	       memcmp(a->list.at, b->list.at,
		      a->list.count * sizeof *a->list.at) == 0;
}

static void
add_brought(struct eliminations *all, const struct value_set *set,
	    const struct audit *image, size_t node)
{
	struct brought *brought;
	size_t i;

	for (i = 0; i < all->brought.count; i++)
		if (is_same_set(&all->brought.at[i].values, set))
			break;
	if (i == all->brought.count)
		list_add(&all->brought)->values = *set;
	brought = &all->brought.at[i];
	*list_add(&brought->nodes) = node;
	brought->bytes += image->nodes.at[node].file_bytes;
}

static int
brought_order(const void *a, const void *b)
{
	const struct brought *first = a, *second = b;
	size_t i;

	for (i = 0; i < first->values.list.count &&
	     i < second->values.list.count; i++)
		if (first->values.list.at[i] != second->values.list.at[i])
			return first->values.list.at[i] <
					       second->values.list.at[i]
				       ? -1
				       : 1;
	return (first->values.list.count > second->values.list.count) -
	       (first->values.list.count < second->values.list.count);
}

static void
find_brought(struct eliminations *all, const struct build *build,
	     const struct audit *image)
{
	size_t i;

	all->written = arena_alloc(1, sizeof *all->written);
	values_open(all->written, build);
	for (i = 0; i < image->nodes.count; i++) {
		struct things things = { 0 };
		struct value_set set;

		if (!presence_add_node(&things, image, &image->nodes.at[i]))
			continue;
		set = values_of(all->written, &things);
		if (set.list.count != 0)
			add_brought(all, &set, image, i);
	}
	if (all->brought.count != 0)
		qsort(all->brought.at, all->brought.count,
		      sizeof *all->brought.at, brought_order);
}

/* ---- All ---------------------------------------------------------------------------- */

struct eliminations
eliminations_find(const struct build *build, const struct audit *image)
{
	struct alternatives *others = arena_alloc(1, sizeof *others);
	struct side ours = side_of(image);
	struct eliminations all = { 0 };
	size_t i;

	*others = variant_alternatives(build);
	for (i = 0; i < others->list.count; i++) {
		const struct alternative *one = &others->list.at[i];
		struct eliminated *out = list_add(&all.list);
		struct audit *other = arena_alloc(1, sizeof *other);
		struct variant variant = variant_with(build, one);

		fprintf(stderr, "eliminated: %zu of %zu, %s\n", i + 1,
			others->list.count, one->shown);
		out->alternative = one;
		out->status = variant_build(&variant, other, &out->said);
		out->said = first_line(out->said);
		if (out->status == STATUS_OK) {
			struct side theirs = side_of(other);

			find_missing(out, &theirs, &ours);
		}
	}
	find_brought(&all, build, image);
	return all;
}

/* ---- The file ----------------------------------------------------------------------- */

static void
add_list(cJSON *object, const char *name, const char *const *texts,
	 size_t count)
{
	cJSON *array = cJSON_AddArrayToObject(object, name);
	size_t i;

	for (i = 0; i < count; i++)
		cJSON_AddItemToArray(array,
				     cJSON_CreateString(text_utf8(texts[i])));
}

static void
add_value(cJSON *array, const struct eliminated *one)
{
	const struct alternative *other = one->alternative;
	cJSON *object = cJSON_CreateObject();

	cJSON_AddItemToArray(array, object);
	if (other->instance != NULL)
		cJSON_AddStringToObject(object, "instance",
					other->instance->name);
	cJSON_AddStringToObject(object,
				other->instance == NULL ? "option" : "setting",
				other->setting->name);
	cJSON_AddStringToObject(object, "other", other->shown);
	if (one->status != STATUS_OK) {
		cJSON_AddStringToObject(object, "refused",
					text_utf8(one->said));
		return;
	}
	cJSON_AddNumberToObject(object, "bytes", (double)one->bytes);
	add_list(object, "absent_symbols", one->symbols.list.at,
		 one->symbols.list.count);
	add_list(object, "absent_texts", one->texts.list.at, one->texts.list.count);
	add_list(object, "absent_wide_texts", one->wide_texts.list.at,
		 one->wide_texts.list.count);
	add_list(object, "absent_lines", one->lines.list.at,
		 one->lines.list.count);
	add_list(object, "texts_only_with_this_value",
		 one->texts_only_here.list.at, one->texts_only_here.list.count);
	add_list(object, "only_with_this_value", one->only_here.list.at,
		 one->only_here.list.count);
}

static void
add_group(cJSON *array, const struct eliminations *all,
	  const struct brought *brought, const struct audit *image)
{
	cJSON *object = cJSON_CreateObject(), *values, *things, *one;
	size_t i;

	cJSON_AddItemToArray(array, object);
	values = cJSON_AddArrayToObject(object, "values");
	for (i = 0; i < brought->values.list.count; i++) {
		one = cJSON_CreateObject();
		cJSON_AddItemToArray(values, one);
		written_write(one, &all->written->written.at[
					   brought->values.list.at[i]]);
	}
	cJSON_AddNumberToObject(object, "bytes", (double)brought->bytes);
	things = cJSON_AddArrayToObject(object, "things");
	for (i = 0; i < brought->nodes.count; i++) {
		const struct audit_node *node =
			&image->nodes.at[brought->nodes.at[i]];

		one = cJSON_CreateObject();
		cJSON_AddItemToArray(things, one);
		cJSON_AddStringToObject(one, "owner",
					audit_owner_of(image, node));
		cJSON_AddStringToObject(one, "name", text_utf8(node->name));
	}
}

static bool
is_tried(const struct eliminations *all, const struct instance *instance,
	 const struct setting *setting)
{
	size_t i;

	for (i = 0; i < all->list.count; i++)
		if (all->list.at[i].alternative->instance == instance &&
		    all->list.at[i].alternative->setting == setting)
			return true;
	return false;
}

/* What has more values than can be built; it is frozen all the same. */
static void
add_untried(cJSON *whole, const struct eliminations *all,
	    const struct build *build)
{
	LIST(const char *) names = { 0 };
	size_t i, j;

	*list_add(&names) = "image.layout";
	*list_add(&names) = "image.memory";
	*list_add(&names) = "image.platform";
	for (i = 0; i < build->options.count; i++)
		if (!is_tried(all, NULL, &build->options.at[i].setting))
			*list_add(&names) = arena_printf(
				"option %s", build->options.at[i].name);
	for (i = 0; i < build->instances.count; i++) {
		const struct instance *instance = build->instances.at[i];
		const struct module *module = instance->module;

		for (j = 0; j < module->settings.count; j++)
			if (!is_tried(all, instance, &module->settings.at[j]))
				*list_add(&names) = arena_printf(
					"%s.%s", instance->name,
					module->settings.at[j].name);
	}
	add_list(whole, "untried", names.at, names.count);
}

struct bytes
eliminations_write(const struct eliminations *all, const struct build *build,
		   const struct audit *image)
{
	cJSON *whole = cJSON_CreateObject(), *values;
	struct elf_identity identity;
	const char *text;
	char *printed;
	size_t i;

	elf_identity_get(image->file, &image->image, &identity);
	cJSON_AddStringToObject(whole, "format", "unicc eliminated 1");
	cJSON_AddStringToObject(whole, "name", build->image.name);
	cJSON_AddStringToObject(whole, "code_root",
				host_hex(identity.code_root, ELF_HASH_BYTES));
	values = cJSON_AddArrayToObject(whole, "values");
	for (i = 0; i < all->list.count; i++)
		add_value(values, &all->list.at[i]);
	add_untried(whole, all, build);
	values = cJSON_AddArrayToObject(whole, "because_of");
	for (i = 0; i < all->brought.count; i++)
		add_group(values, all, &all->brought.at[i], image);
	printed = cJSON_Print(whole);
	text = arena_printf("%s\n", printed == NULL ? "" : printed);
	free(printed);
	cJSON_Delete(whole);
	return (struct bytes){ (const uint8_t *)text, strlen(text) };
}
