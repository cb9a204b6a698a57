/* SPDX-License-Identifier: ISC */
/*
 * unicc diff --config: what differs between two configurations in effect, not
 * in text: every final value and every file's hash, by name. Order, comments,
 * defaults written out, the way a value is computed and the place where a file
 * lies are no effects.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "content.h"
#include "driver.h"
#include "instance.h"
#include "option.h"
#include "slot.h"

/* One fact about the machine. A name is unique among a configuration's. */
struct effect {
	const char *kind;	/* a word for programs: "setting" */
	const char *name;
	const char *value;
	const char *instance;	/* whose it is, or NULL */
	bool is_default;	/* nobody wrote it */
	const char *origin;
};

struct side {
	struct build build;
	LIST(struct effect) effects;	/* sorted by name */
};

/* ---- What a configuration amounts to ---------------------------------- */

static struct effect *
add(struct side *side, const char *kind, const char *name, const char *value)
{
	struct effect *effect = list_add(&side->effects);

	*effect = (struct effect){ .kind = kind, .name = name, .value = value };
	return effect;
}

static void
set_origin(struct effect *effect, const struct instance *instance,
	   const struct origin *origin)
{
	effect->origin = origin_show(origin);
	if (instance == NULL)
		return;
	effect->instance = instance->name;
	effect->is_default = origin->kind == ORIGIN_NONE ||
			     origin->kind == ORIGIN_DEFAULT;
}

static void
add_image(struct side *side)
{
	const struct image *image = &side->build.image;
	size_t i;

	set_origin(add(side, "image", "image.name", image->name), NULL,
		   &image->name_origin);
	set_origin(add(side, "image", "image.platform", image->platform->name),
		   NULL, &image->platform_origin);
	set_origin(add(side, "image", "image.memory",
		       arena_printf("%lld KiB",
				    (long long)image->memory_bytes / 1024)),
		   NULL, &image->memory_origin);
	for (i = 0; i < BUDGETS; i++)
		if (image->budgets[i].is_set)
			set_origin(add(side, "image",
				       arena_printf("image.budget.%s",
						    budget_names[i]),
				       arena_printf("%lld bytes", (long long)
						image->budgets[i].bytes)),
				   NULL, &image->budgets[i].origin);
	if (image->layout_seed != NULL)
		set_origin(add(side, "image", "image.layout_seed",
			       image->layout_seed), NULL,
			   &image->layout_origin);
}

static void
add_options(struct side *side)
{
	size_t i;

	for (i = 0; i < side->build.options.count; i++) {
		const struct config_option *option =
			&side->build.options.at[i];

		set_origin(add(side, "option",
			       arena_printf("option %s", option->name),
			       type_show(&option->setting, &option->value)),
			   NULL, &option->origin);
	}
}

/* Where the parts of an instance's settings go. */
struct place {
	struct side *side;
	const struct instance *instance;
};

static void
add_files(const struct place *place, const struct part *part)
{
	const struct content *content = part->value->content;
	uint8_t sha256[32];
	size_t i;

	for (i = 0; i < content->files.count; i++) {
		const struct content_file *file = &content->files.at[i];

		host_sha256(file->plain, sha256);
		set_origin(add(place->side, "file",
			       arena_printf("%s %s", part->name, file->path),
			       arena_printf("sha256 %s, %zu bytes",
					    host_hex(sha256, 8),
					    file->plain.size)),
			   place->instance, part->origin);
	}
}

static void
add_part(void *context, const struct part *part)
{
	const struct place *place = context;

	if (part->value->content != NULL)
		add_files(place, part);
	else
		set_origin(add(place->side,
			       part->setting->type == TYPE_PORT ? "port"
								: "setting",
			       part->name, part->is_set
				       ? slot_show(part->setting, part->value)
				       : "absent"),
			   place->instance, part->origin);
}

static void
add_setting(struct side *side, const struct instance *instance, size_t index)
{
	struct place place = { side, instance };
	struct part whole = instance_part(instance, index);

	type_each_part(&whole, add_part, &place);
}

static void
add_instance(struct side *side, const struct instance *instance)
{
	const struct module *module = instance->module;
	size_t i;

	set_origin(add(side, "instance", instance->name, module->name), NULL,
		   &instance->origin);
	if (instance->device_slot >= 0)
		set_origin(add(side, "device",
			       arena_printf("%s: slot", instance->name),
			       arena_printf("%d of %s", instance->device_slot,
					    module->device.bus)),
			   instance, &instance->origin);
	for (i = 0; i < module->requires.count; i++)
		set_origin(add(side, "wire",
			       arena_printf("%s.%s", instance->name,
					    module->requires.at[i].slot),
			       instance->wires[i] == NULL
				       ? "absent"
				       : instance->wires[i]->name),
			   instance, &instance->wire_origins[i]);
	for (i = 0; i < module->settings.count; i++)
		add_setting(side, instance, i);
}

static int
effect_order(const void *a, const void *b)
{
	const struct effect *first = a, *second = b;

	return strcmp(first->name, second->name);
}

static enum status
find_effects(struct side *side)
{
	enum status status;
	size_t i;

	side->build.is_check_only = true;
	if (!build_open(&side->build))
		return diag_flush();
	status = build_until(&side->build, "freeze");
	if (status != STATUS_OK)
		return status;
	add_image(side);
	add_options(side);
	for (i = 0; i < side->build.instances.count; i++)
		add_instance(side, side->build.instances.at[i]);
	qsort(side->effects.at, side->effects.count, sizeof *side->effects.at,
	      effect_order);
	return STATUS_OK;
}

/* ---- What differs ------------------------------------------------------ */

static bool
has_instance(const struct side *side, const char *name)
{
	size_t i;

	for (i = 0; i < side->build.instances.count; i++)
		if (text_equal(side->build.instances.at[i]->name, name))
			return true;
	return false;
}

/* Of an instance that the other side does not have, defaults are not told. */
static bool
is_implied(const struct effect *effect, const struct side *other)
{
	return effect->is_default && !has_instance(other, effect->instance);
}

/* before or after is NULL where there is none. */
static void
print_change(const struct effect *before, const struct effect *after)
{
	const struct effect *one = after == NULL ? before : after;
	const char *what;

	if (before == NULL || after == NULL) {
		what = arena_printf("%c %s = %s", before == NULL ? '+' : '-',
				    one->name, one->value);
		printf("%-44s  %s\n", what, one->origin);
		return;
	}
	what = arena_printf("~ %s = %s -> %s", one->name, before->value,
			    after->value);
	printf("%-44s  %s -> %s\n", what, before->origin, after->origin);
}

static void
json_change(cJSON *array, const struct effect *before,
	    const struct effect *after)
{
	const struct effect *one = after == NULL ? before : after;
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "change", before == NULL ? "added"
						  : after == NULL ? "removed"
								  : "changed");
	cJSON_AddStringToObject(object, "kind", one->kind);
	cJSON_AddStringToObject(object, "name", one->name);
	if (before != NULL) {
		cJSON_AddStringToObject(object, "before", before->value);
		cJSON_AddStringToObject(object, "before_origin",
					before->origin);
	}
	if (after != NULL) {
		cJSON_AddStringToObject(object, "after", after->value);
		cJSON_AddStringToObject(object, "after_origin", after->origin);
	}
	cJSON_AddItemToArray(array, object);
}

/* json NULL: as text. */
static void
tell_differences(const struct side sides[2], cJSON *json)
{
	const struct effect *before = sides[0].effects.at;
	const struct effect *after = sides[1].effects.at;
	const struct effect *before_end = before + sides[0].effects.count;
	const struct effect *after_end = after + sides[1].effects.count;

	while (before != before_end || after != after_end) {
		int order = before == before_end ? 1
			    : after == after_end ? -1
						 : effect_order(before, after);
		const struct effect *old = order <= 0 ? before++ : NULL;
		const struct effect *new = order >= 0 ? after++ : NULL;

		if (order == 0 && text_equal(old->value, new->value) &&
		    text_equal(old->kind, new->kind))
			continue;
		if ((order < 0 && is_implied(old, &sides[1])) ||
		    (order > 0 && is_implied(new, &sides[0])))
			continue;
		if (json != NULL)
			json_change(json, old, new);
		else
			print_change(old, new);
	}
}

static void
print_json(const struct side sides[2])
{
	cJSON *array = cJSON_CreateArray();

	tell_differences(sides, array);
	answer_print(array);
}

int
command_diff(int argc, char **argv)
{
	static struct side sides[2];
	bool is_json = false, is_config = false;
	size_t count = 0, i;
	enum status status;
	int at;

	for (at = 1; at < argc; at++) {
		/* What stands behind a configuration is for that one. */
		struct build *build = &sides[count == 2].build;

		if (text_equal(argv[at], "--json"))
			is_json = true;
		else if (text_equal(argv[at], "--config"))
			is_config = true;
		else if (build_option(build, argc, argv, &at))
			continue;
		else if (argv[at][0] == '-' || argv[at][0] == '\0' ||
			 count == 2)
			return usage_unknown(argv[at]);
		else
			sides[count++].build.config_path = argv[at];
	}
	if (count != 2)
		return usage_error(is_config ? "which two configurations?"
					     : "which two images?");
	for (i = 0; !is_config && i < 2; i++)
		if (sides[i].build.given.count != 0 ||
		    sides[i].build.env_paths.count != 0)
			return usage_error("--set and --env are for "
					   "configurations: add --config");
		else if (text_ends(sides[i].build.config_path, ".lua"))
			return usage_error("%s is a configuration: add "
					   "--config, or name images",
					   sides[i].build.config_path);
	if (!is_config)
		return diff_images(sides[0].build.config_path,
				   sides[1].build.config_path, is_json);
	for (i = 0; i < 2; i++) {
		status = find_effects(&sides[i]);
		if (status != STATUS_OK)
			return (int)status;
	}
	if (is_json)
		print_json(sides);
	else
		tell_differences(sides, NULL);
	return STATUS_OK;
}
