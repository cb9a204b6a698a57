/* SPDX-License-Identifier: ISC */
/* Evaluate, image { ... }: the machine's name, platform and memory. */
#include <string.h>

#include "evaluate.h"
#include "layout.h"
#include "type.h"

static struct origin
origin_of(const struct evaluation *evaluation, const struct item *field)
{
	struct origin origin = { ORIGIN_CONFIG, item_key_where(field), NULL };

	option_origin(evaluation, field, &origin);
	return origin;
}

static void
take_image_name(struct image *image, const struct item *field)
{
	const char *name = item_text(field);

	image->name = "";
	if (script_is_poison(field->script->state, field->index))
		return;
	if (name == NULL) {
		diag(E0202, item_where(field), "image.name",
		     "found %s; allowed is a text", item_found(field));
		return;
	}
	if (!is_image_name(name))
		diag(E0111, item_where(field), "image.name",
		     "found %s; a name is a letter a-z, then a-z, 0-9, - and "
		     "_, 64 at most: files are called after it",
		     item_found(field));
	image->name = name;
}

static void
take_image_platform(struct evaluation *evaluation, const struct item *field)
{
	const struct catalogue *catalogue = evaluation->build->catalogue;
	struct image *image = &evaluation->build->image;
	const char **names =
		arena_alloc(catalogue->platforms_count, sizeof *names);
	struct setting setting = { .name = "platform", .type = TYPE_CHOICE,
				   .choices = names,
				   .choices_count = catalogue->platforms_count };
	struct type_blame blame = { .subject = "image.platform" };
	struct value value = { 0 };
	size_t i;

	image->platform_where = item_key_where(field);
	image->platform_origin = origin_of(evaluation, field);
	for (i = 0; i < catalogue->platforms_count; i++)
		names[i] = catalogue->platforms[i].name;
	if (type_accept(&setting, field, &blame, &value))
		image->platform = &catalogue->platforms[value.number];
}

/* Once the platform is known: its bounds are the memory's. */
static void
take_image_memory(struct evaluation *evaluation, const struct item *field)
{
	struct image *image = &evaluation->build->image;
	struct setting setting = { .name = "memory", .type = TYPE_SIZE,
				   .min = 0, .max = INT64_MAX };
	struct type_blame blame = { .subject = "image.memory" };
	struct value value = { 0 };

	if (image->platform != NULL) {
		setting.min = image->platform->memory_min;
		setting.max = image->platform->memory_max;
	}
	image->memory_origin = origin_of(evaluation, field);
	if (!type_accept(&setting, field, &blame, &value))
		return;
	image->memory_bytes = value.number;
	if (image->platform != NULL && value.number % 4096 != 0) {
		diag(E0203, item_where(field), "image.memory",
		     "found %lld bytes; allowed is a whole number of pages of "
		     "4 KiB", (long long)value.number);
		diag_fix("write %s", type_write_number(TYPE_SIZE,
				(value.number + 4095) / 4096 * 4096));
	}
}

/* A unique layout needs a seed, and a seed is of a unique layout only. */
static void
take_image_layout(struct evaluation *evaluation, const struct item *table)
{
	static const char *choices[] = { "fixed", "unique" };
	struct setting setting = { .name = "layout", .type = TYPE_CHOICE,
				   .choices = choices,
				   .choices_count = countof(choices) };
	struct type_blame blame = { .subject = "image.layout" };
	struct image *image = &evaluation->build->image;
	struct value layout = { 0 }, seed = { 0 };
	struct item field;
	bool is_known = true;

	if (item_field(table, "layout", &field)) {
		image->layout_origin = origin_of(evaluation, &field);
		is_known = type_accept(&setting, &field, &blame, &layout);
	}
	blame.subject = "image.layout_seed";
	if (item_field(table, "layout_seed", &field)) {
		if (!type_accept(&layout_seed, &field, &blame, &seed))
			return;
		if (is_known && layout.number == 0) {
			diag(E0110, item_key_where(&field), blame.subject,
			     "a fixed layout has no seed");
			diag_fix("add layout = \"unique\", or leave it out");
		} else {
			image->layout_seed = seed.text;
		}
	} else if (layout.number != 0) {
		diag(E0204, image->where, blame.subject,
		     "a unique layout needs a seed");
		diag_fix("add layout_seed = \"...\", another one for each "
			 "machine");
	}
}

/* The first must be given. */
static const char *const image_keys[] = { "memory", "name", "platform",
					  "budget", "layout",
					  "layout_seed" };
enum { NEEDED_KEYS = 3 };

static void
check_image_keys(const struct item *table)
{
	struct item_keys keys = item_keys(table);
	const char *name, *nearest;
	size_t i, j;

	if (keys.elements_count != 0 || keys.strange != NULL)
		diag(E0201, item_where(table), "image",
		     "a value without a setting's name");
	for (i = 0; (name = item_keys_name(&keys, i)) != NULL; i++) {
		for (j = 0; j < countof(image_keys); j++)
			if (text_equal(name, image_keys[j]))
				break;
		if (j < countof(image_keys))
			continue;
		diag(E0201, item_name_where(table, name),
		     arena_printf("image.%s", name),
		     "image has no such setting; it has name, platform, "
		     "memory, budget, layout and layout_seed");
		nearest = text_nearest(name, image_keys, countof(image_keys));
		if (nearest != NULL)
			diag_fix("write %s", nearest);
	}
}

/* A variant's image { ... } replaces what it says, and no more. */
static void
vary_image(struct evaluation *evaluation, const struct item *table)
{
	struct image *image = &evaluation->build->image;
	struct item field;

	if (item_field(table, "name", &field))
		take_image_name(image, &field);
	if (item_field(table, "platform", &field))
		take_image_platform(evaluation, &field);
	if (item_field(table, "memory", &field))
		take_image_memory(evaluation, &field);
	if (item_field(table, "layout", &field)) {
		image->layout_seed = NULL;
		take_image_layout(evaluation, table);
	}
	/* Another platform with as much memory as that can have. */
	if (image->platform == NULL)
		return;
	if (image->memory_bytes < image->platform->memory_min)
		image->memory_bytes = image->platform->memory_min;
	if (image->memory_bytes > image->platform->memory_max)
		image->memory_bytes = image->platform->memory_max;
}

int
word_image(lua_State *L)
{
	struct evaluation *evaluation = evaluation_of(L);
	struct script *script = evaluation->script;
	struct image *image = &evaluation->build->image;
	size_t call = script_token(script), i;
	struct item table, field;

	lua_settop(L, 1);
	table = item_at(script, 1, scan_call_argument(script->scan, call, 0));
	if (evaluation->has_image && is_appended(evaluation, call)) {
		vary_image(evaluation, &table);
		return 0;
	}
	if (evaluation->has_image) {
		diag(E0108, where_of(evaluation, call), "image",
		     "used a second time");
		diag_also(where_of(evaluation, evaluation->image_token),
			  "first used here");
		diag_fix("keep one of the two");
		return 0;
	}
	evaluation->has_image = true;
	evaluation->image_token = call;
	image->where = where_of(evaluation, call);
	if (lua_type(L, 1) != LUA_TTABLE) {
		if (!script_is_poison(L, 1))
			diag(E0202, image->where, "image",
			     "image is given %s; it takes a table",
			     value_found(&table));
		return 0;
	}
	check_image_keys(&table);
	if (item_field(&table, "name", &field)) {
		image->name_origin = origin_of(evaluation, &field);
		take_image_name(image, &field);
	}
	if (item_field(&table, "platform", &field))
		take_image_platform(evaluation, &field);
	if (item_field(&table, "memory", &field))
		take_image_memory(evaluation, &field);
	if (item_field(&table, "budget", &field))
		take_budget(evaluation, &field);
	take_image_layout(evaluation, &table);
	for (i = 0; i < NEEDED_KEYS; i++)
		if (!item_field(&table, image_keys[i], &field)) {
			diag(E0204, image->where,
			     arena_printf("image.%s", image_keys[i]),
			     "%s must be given", image_keys[i]);
			diag_fix("add %s = ...", image_keys[i]);
		}
	return 0;
}
