/* SPDX-License-Identifier: ISC */
/* Values as causes: see why_values.h. */
#include "why_values.h"

#include <cjson/cJSON.h>

#include "unicc.h"

static struct values built;	/* its build NULL: nothing was */
static const cJSON *file;	/* eliminated.json, or NULL */

static const cJSON *
field(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* "" if it is no text. */
static const char *
text(const cJSON *object, const char *name)
{
	const cJSON *is = field(object, name);

	return cJSON_IsString(is) ? is->valuestring : "";
}

/* The same to be shown: a file may be anybody's. */
static const char *
shown(const cJSON *object, const char *name)
{
	return audit_printable(text(object, name));
}

static void
read_file(const struct audit *audit)
{
	struct elf_identity identity;
	struct bytes json;
	cJSON *whole;

	elf_identity_get(audit->file, &audit->image, &identity);
	if (!host_read(host_join(host_folder_of(audit->path),
				 "eliminated.json"), &json))
		return;
	whole = cJSON_ParseWithLength((const char *)json.at, json.size);
	if (text_equal(text(whole, "code_root"),
		       host_hex(identity.code_root, ELF_HASH_BYTES)))
		file = whole;
	else
		cJSON_Delete(whole);
}

void
why_values_open(const struct audit *audit, const struct build *build)
{
	read_file(audit);
	if (build != NULL)
		values_open(&built, build);
}

/* ---- The fewest that were written ------------------------------------------------ */

/* A group of eliminated.json: does it name the node? */
static bool
is_in(const cJSON *group, const struct audit *audit,
      const struct audit_node *node)
{
	const cJSON *thing;

	cJSON_ArrayForEach(thing, field(group, "things")) {
		if (text_equal(text(thing, "owner"),
			       audit_owner_of(audit, node)) &&
		    text_equal(text(thing, "name"), text_utf8(node->name)))
			return true;
	}
	return false;
}

static struct value_causes
read_causes(const struct audit *audit, const struct audit_node *node)
{
	struct value_causes causes = { 0 };
	const cJSON *groups = field(file, "because_of"), *group, *value;
	struct things things = { 0 };

	causes.is_known = cJSON_IsArray(groups) &&
			  presence_add_node(&things, audit, node);
	cJSON_ArrayForEach(group, groups) {
		if (!is_in(group, audit, node))
			continue;
		cJSON_ArrayForEach(value, field(group, "values")) {
			*list_add(&causes.list) = (struct written){
				shown(value, "name"), shown(value, "value"),
				shown(value, "otherwise"),
				shown(value, "origin"),
			};
		}
		break;
	}
	return causes;
}

static struct written
show(const struct written *written)
{
	return (struct written){
		audit_printable(written->name), audit_printable(written->value),
		audit_printable(written->otherwise),
		audit_printable(written->origin),
	};
}

struct value_causes
why_values(const struct audit *audit, const struct found *found,
	   const char *thing)
{
	struct value_causes causes = { 0 };
	struct things things = { 0 };
	struct value_set set;
	size_t i;

	if (built.build == NULL) {
		if (found->cause != AUDIT_NONE || found->nodes.count != 1 ||
		    text_equal(found->as, "inlined function"))
			return causes;
		return read_causes(audit,
				   &audit->nodes.at[found->nodes.at[0]]);
	}
	if (!presence_add_found(&things, audit, found, thing))
		return causes;
	set = values_of(&built, &things);
	causes.is_known = !built.is_given_up;
	for (i = 0; i < set.list.count; i++)
		*list_add(&causes.list) = show(&built.written.at[
						       set.list.at[i]]);
	return causes;
}

/* ---- One value -------------------------------------------------------------------- */

static struct value_causes
causes_of_node(const struct audit *audit, const struct audit_node *node)
{
	struct value_causes causes = { 0 };
	struct things things = { 0 };
	struct value_set set;
	size_t i;

	if (built.build == NULL)
		return read_causes(audit, node);
	if (!presence_add_node(&things, audit, node))
		return causes;
	set = values_of(&built, &things);
	for (i = 0; i < set.list.count; i++)
		*list_add(&causes.list) = built.written.at[set.list.at[i]];
	return causes;
}

/* The setting as it is, whoever gave it its value. */
static bool
find_setting(struct written *out, const char *name)
{
	size_t i, j;

	for (i = 0; built.build != NULL && i < built.build->instances.count;
	     i++) {
		const struct instance *is = built.build->instances.at[i];
		const struct module *module = is->module;

		for (j = 0; j < module->settings.count; j++) {
			const struct setting *setting = &module->settings.at[j];

			if (!text_equal(name, arena_printf("%s.%s", is->name,
							   setting->name)))
				continue;
			*out = (struct written){
				name, is->origins[j].kind == ORIGIN_NONE
					? "not given"
					: type_show(setting, &is->values[j]),
				written_otherwise(setting),
				audit_show_origin(&is->origins[j]),
			};
			return true;
		}
	}
	return false;
}

bool
why_folded(struct folded *folded, const struct audit *audit, const char *name)
{
	bool is_known = find_setting(&folded->value, name);
	size_t i, j;

	for (i = 0; i < audit->nodes.count; i++) {
		const struct audit_node *node = &audit->nodes.at[i];
		struct value_causes causes = causes_of_node(audit, node);

		for (j = 0; j < causes.list.count; j++)
			if (text_equal(causes.list.at[j].name, name))
				break;
		if (j == causes.list.count)
			continue;
		if (!is_known)
			folded->value = causes.list.at[j];
		is_known = true;
		if (causes.list.count > 1) {
			folded->shared_count++;
			continue;
		}
		*list_add(&folded->nodes) = i;
		folded->bytes += node->file_bytes;
	}
	if (is_known)
		folded->value = show(&folded->value);
	return is_known;
}

/* ---- Other values ------------------------------------------------------------------ */

static bool
is_listed(const cJSON *names, const char *wanted)
{
	const cJSON *name;

	cJSON_ArrayForEach(name, names) {
		if (cJSON_IsString(name) &&
		    text_equal(name->valuestring, wanted))
			return true;
	}
	return false;
}

struct other_values
why_other_values(const struct audit_node *node)
{
	const char *list = node->kind == AUDIT_STRING
				   ? "texts_only_with_this_value"
				   : "only_with_this_value";
	struct other_values others = { 0 };
	const cJSON *value;

	if (!node->is_symbol && node->kind != AUDIT_STRING)
		return others;
	cJSON_ArrayForEach(value, field(file, "values")) {
		if (is_listed(field(value, list), text_utf8(node->name)))
			*list_add(&others.list) = shown(value, "other");
	}
	return others;
}
