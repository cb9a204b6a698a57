/* SPDX-License-Identifier: ISC */
/*
 * Values: see values.h.
 *
 * All are left out at once. What is in that image no value has brought in; of
 * what is not in it, values are put back, half of them first, for as long as it
 * stays away. Every image is built once, whatever is asked.
 */
#include "values.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TRIALS_MAX = 256 };

/* ---- What was written ------------------------------------------------------------ */

const char *
written_otherwise(const struct setting *setting)
{
	return setting->has_default
		       ? type_show(setting, &setting->default_value)
		       : "not given";
}

static void
add_written(struct values *values, const struct instance *instance,
	    size_t index)
{
	const struct setting *setting = &instance->module->settings.at[index];
	const struct value *value = &instance->values[index];
	const struct origin *origin = &instance->origins[index];
	struct written *written;
	const char *is, *otherwise;

	if (!origin_is_written(origin) || value->is_sealed ||
	    (!setting->has_default && !setting->is_optional))
		return;
	is = type_show(setting, value);
	otherwise = written_otherwise(setting);
	if (setting->has_default && text_equal(is, otherwise))
		return;
	written = list_add(&values->written);
	written->name = arena_printf("%s.%s", instance->name, setting->name);
	written->value = is;
	written->otherwise = otherwise;
	written->origin = audit_show_origin(origin);
}

void
written_write(cJSON *object, const struct written *written)
{
	cJSON_AddStringToObject(object, "name", text_utf8(written->name));
	cJSON_AddStringToObject(object, "value", text_utf8(written->value));
	cJSON_AddStringToObject(object, "otherwise",
				text_utf8(written->otherwise));
	cJSON_AddStringToObject(object, "origin", text_utf8(written->origin));
}

static size_t
count_of(const struct values *values, const bool *is_left_out)
{
	size_t count = 0, i;

	for (i = 0; i < values->written.count; i++)
		count += is_left_out[i];
	return count;
}

/* ---- Trials ---------------------------------------------------------------------- */

static const char *
show_set(const struct values *values, const bool *is_left_out)
{
	struct buffer out = { 0 };
	size_t i;

	for (i = 0; i < values->written.count; i++)
		if (is_left_out[i])
			buffer_printf(&out, "%s%s", out.size == 0 ? "" : ", ",
				      values->written.at[i].name);
	return buffer_keep(&out);
}

static struct variant
variant_without(const struct values *values, const bool *is_left_out)
{
	struct variant variant = {
		.config_path = values->build->config_path,
		.asked = values->build,
		.is_unchecked = true,
		.left_out = arena_alloc(values->written.count,
					sizeof(char *)),
	};
	size_t i;

	for (i = 0; i < values->written.count; i++)
		if (is_left_out[i])
			variant.left_out[variant.left_out_count++] =
				values->written.at[i].name;
	return variant;
}

/* The index of the image without these. */
static size_t
try(struct values *values, const bool *is_left_out)
{
	struct variant variant = variant_without(values, is_left_out);
	size_t size = values->written.count * sizeof *is_left_out, i;
	struct trial *trial;
	struct audit *audit;
	const char *said;

	for (i = 0; i < values->trials.count; i++)
		if (memcmp(values->trials.at[i].is_left_out, is_left_out,
			   size) == 0)
			return i;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "building it without %s\n",
			show_set(values, is_left_out));
	trial = list_add(&values->trials);
	trial->is_left_out = arena_alloc(size, 1);
	memcpy(trial->is_left_out, is_left_out, size);
	values->is_given_up = values->trials.count >= TRIALS_MAX;
	audit = arena_alloc(1, sizeof *audit);
	trial->is_built = variant_build(&variant, audit, &said) == STATUS_OK;
	if (trial->is_built)
		trial->presence = presence_of(audit);
	return i;
}

/* ---- The largest sets -------------------------------------------------------------- */

static bool
is_built(struct values *values, const bool *is_left_out)
{
	size_t trial;

	if (values->is_given_up)
		return false;
	trial = try(values, is_left_out);
	return values->trials.at[trial].is_built;
}

/* Leave out what can be left out, too, of count values from first on. */
static void
grow(struct values *values, bool *is_left_out, size_t first, size_t count)
{
	bool *was = arena_alloc(values->written.count, sizeof *was);
	bool is_more = false;
	size_t i;

	memcpy(was, is_left_out, values->written.count * sizeof *was);
	for (i = first; i < first + count; i++) {
		is_more = is_more || !is_left_out[i];
		is_left_out[i] = true;
	}
	if (!is_more || is_built(values, is_left_out))
		return;
	memcpy(is_left_out, was, values->written.count * sizeof *was);
	if (count == 1)
		return;
	grow(values, is_left_out, first, count / 2);
	grow(values, is_left_out, first + count / 2, count - count / 2);
}

/* Leave out as much as can be, this one first if it can: none if count. */
static void
cover(struct values *values, bool *is_covered, size_t first)
{
	size_t count = values->written.count, i;
	bool *is_left_out = arena_alloc(count + 1, sizeof *is_left_out);

	if (first != count)
		grow(values, is_left_out, first, 1);
	if (first != count && !is_left_out[first])
		return;
	grow(values, is_left_out, 0, count);
	if (values->is_given_up ||
	    count_of(values, is_left_out) == 0)
		return;
	for (i = 0; i < count; i++)
		is_covered[i] = is_covered[i] || is_left_out[i];
	*list_add(&values->largest) = try(values, is_left_out);
}

static void
find_largest(struct values *values)
{
	size_t count = values->written.count, i;
	bool *is_covered = arena_alloc(count + 1, sizeof *is_covered);

	if (count != 0)
		cover(values, is_covered, count);
	for (i = 0; i < count; i++)
		if (!is_covered[i])
			cover(values, is_covered, i);
}

void
values_open(struct values *values, const struct build *build)
{
	size_t i, j;

	*values = (struct values){ .build = build };
	for (i = 0; i < build->instances.count; i++)
		for (j = 0; j < build->instances.at[i]->module->settings.count;
		     j++)
			add_written(values, build->instances.at[i], j);
	find_largest(values);
}

/* ---- The fewest -------------------------------------------------------------------- */

static bool
is_gone(struct values *values, const bool *is_left_out,
	const struct things *things)
{
	size_t trial;

	if (values->is_given_up)
		return false;
	trial = try(values, is_left_out);
	return values->trials.at[trial].is_built &&
	       !presence_has(&values->trials.at[trial].presence, things);
}

/* Put back each run of chunk of those left out, if the things stay away. True if
 * anything was. */
static bool
put_back(struct values *values, bool *is_left_out, size_t chunk,
	 const struct things *things)
{
	bool *fewer = arena_alloc(values->written.count, sizeof *fewer);
	size_t count = values->written.count, at, end, taken;
	bool is_changed = false;

	for (at = 0; at < count; at = end) {
		memcpy(fewer, is_left_out, count * sizeof *fewer);
		taken = 0;
		for (end = at; end < count && taken < chunk; end++)
			if (fewer[end]) {
				fewer[end] = false;
				taken++;
			}
		if (taken == 0 || count_of(values, fewer) == 0 ||
		    !is_gone(values, fewer, things))
			continue;
		memcpy(is_left_out, fewer, count * sizeof *fewer);
		is_changed = true;
	}
	return is_changed;
}

static void
reduce(struct values *values, bool *is_left_out, const struct things *things)
{
	size_t chunk;

	for (chunk = count_of(values, is_left_out) / 2; chunk > 1; chunk = (chunk + 1) / 2)
		put_back(values, is_left_out, chunk, things);
	while (put_back(values, is_left_out, 1, things))
		;
}

struct value_set
values_of(struct values *values, const struct things *things)
{
	size_t count = values->written.count, i;
	bool *is_left_out = arena_alloc(count + 1, sizeof *is_left_out);
	struct value_set set = { 0 };

	for (i = 0; i < values->largest.count; i++) {
		const struct trial *trial =
			&values->trials.at[values->largest.at[i]];

		if (!trial->is_built || presence_has(&trial->presence, things))
			continue;
		memcpy(is_left_out, trial->is_left_out,
		       count * sizeof *is_left_out);
		reduce(values, is_left_out, things);
		break;
	}
	for (i = 0; i < count; i++)
		if (is_left_out[i])
			*list_add(&set.list) = i;
	return set;
}

const char *
values_show(const struct values *values, const struct value_set *set)
{
	struct buffer out = { 0 };
	size_t i;

	for (i = 0; i < set->list.count; i++)
		buffer_printf(&out, "%s%s = %s", i == 0 ? "" : ", ",
			      values->written.at[set->list.at[i]].name,
			      values->written.at[set->list.at[i]].value);
	return buffer_keep(&out);
}
