/* SPDX-License-Identifier: ISC */
/*
 * audit.json: what only the build knows, then what the audit found.
 *
 * The first part (config_lines, causes, units, sections, layout_symbols,
 * targets) is read back to ask again; the second (kinds, nodes, rows, and what
 * its code can do) is for other programs. A table is an array of arrays, a line
 * each; the names of their columns stand before it.
 */
#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "audit_json.h"

static const char format[] = "unicc audit 3";

enum {
	NAME_BYTES_MAX = 80,
	CAUSES_MAX = 65536,	/* sets of them are made for each node */
};

/* ---- Writing ---------------------------------------------------------------- */

void
json_add_text(struct buffer *out, const char *text)
{
	if (text == NULL) {
		buffer_printf(out, "null");
		return;
	}
	buffer_printf(out, "\"");
	for (text = text_utf8(text); *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			buffer_printf(out, "\\%c", c);
		else if (c < ' ' || c == 0x7f || c == '<')
			buffer_printf(out, "\\u%04x", c);
		else
			buffer_add(out, &c, 1);
	}
	buffer_printf(out, "\"");
}

static void
add_index(struct buffer *out, size_t index)
{
	if (index == AUDIT_NONE)
		buffer_printf(out, "null");
	else
		buffer_printf(out, "%zu", index);
}

static void
add_set(struct buffer *out, const struct audit *audit, struct audit_set set)
{
	bool is_first = true;
	size_t i;

	buffer_printf(out, "[");
	for (i = 0; i < audit->causes.count; i++)
		if (audit_set_has(set, i)) {
			buffer_printf(out, is_first ? "%zu" : ",%zu", i);
			is_first = false;
		}
	buffer_printf(out, "]");
}

static void
add_list(struct buffer *out, const char *name, const size_t *list, size_t count)
{
	size_t i;

	buffer_printf(out, "\"%s\":[", name);
	for (i = 0; i < count; i++)
		buffer_printf(out, i == 0 ? "%zu" : ",%zu", list[i]);
	buffer_printf(out, "]");
}

static void
add_causes(struct buffer *out, const struct audit *audit)
{
	size_t i;

	buffer_printf(out, ",\n\"causes\":[");
	for (i = 0; i < audit->causes.count; i++) {
		const struct audit_cause *cause = &audit->causes.at[i];

		buffer_printf(out, i == 0 ? "\n{\"name\":" : ",\n{\"name\":");
		json_add_text(out, cause->name);
		buffer_printf(out, ",\"value\":");
		json_add_text(out, cause->value);
		buffer_printf(out, ",\"module\":");
		json_add_text(out, cause->module);
		buffer_printf(out, ",\"origin\":");
		json_add_text(out, cause->origin);
		buffer_printf(out, ",\"is_always\":%s,\"is_implied\":%s,"
				   "\"is_provider\":%s,",
			      cause->is_always ? "true" : "false",
			      cause->is_implied ? "true" : "false",
			      cause->is_provider ? "true" : "false");
		add_list(out, "needs", cause->needs, cause->needs_count);
		buffer_printf(out, ",");
		add_list(out, "takes", cause->takes, cause->takes_count);
		buffer_printf(out, "}");
	}
	buffer_printf(out, "]");
}

static void
add_units(struct buffer *out, const struct audit *audit)
{
	size_t i;

	buffer_printf(out, ",\n\"units_columns\":[\"label\",\"module\","
			   "\"cause\"],\n\"units\":[");
	for (i = 0; i < audit->units.count; i++) {
		buffer_printf(out, i == 0 ? "\n[" : ",\n[");
		json_add_text(out, audit->units.at[i].label);
		buffer_printf(out, ",");
		json_add_text(out, audit->units.at[i].module);
		buffer_printf(out, ",");
		add_index(out, audit->units.at[i].cause);
		buffer_printf(out, "]");
	}
	buffer_printf(out, "]");
}

static void
add_sections(struct buffer *out, const struct audit *audit)
{
	size_t i, j;

	buffer_printf(out, ",\n\"sections_columns\":[\"address\",\"size\","
			   "\"unit\",\"name\",\"files\"],\n\"sections\":[");
	for (i = 0; i < audit->sections.count; i++) {
		const struct audit_section *section = &audit->sections.at[i];

		buffer_printf(out, "%s[%llu,%llu,", i == 0 ? "\n" : ",\n",
			      (unsigned long long)section->address,
			      (unsigned long long)section->size);
		add_index(out, section->unit);
		buffer_printf(out, ",");
		json_add_text(out, section->name);
		buffer_printf(out, ",[");
		for (j = 0; j < section->files.count; j++) {
			buffer_printf(out, j == 0 ? "" : ",");
			json_add_text(out, section->files.at[j]);
		}
		buffer_printf(out, "]]");
	}
	buffer_printf(out, "],\n\"layout_symbols\":[");
	for (i = 0; i < audit->layout_symbols.count; i++) {
		buffer_printf(out, i == 0 ? "" : ",");
		json_add_text(out, audit->layout_symbols.at[i]);
	}
	buffer_printf(out, "],\n\"targets_columns\":[\"at\",\"address\"],\n"
			   "\"targets\":[");
	for (i = 0; i < audit->targets.count; i++)
		buffer_printf(out, "%s[%llu,%llu]", i == 0 ? "\n" : ",\n",
			      (unsigned long long)audit->targets.at[i].at,
			      (unsigned long long)audit->targets.at[i].address);
	buffer_printf(out, "]");
}

static void
add_kinds(struct buffer *out, const struct audit *audit)
{
	size_t sums[AUDIT_KINDS] = { 0 }, i;

	for (i = 0; i < audit->rows.count; i++)
		sums[audit->rows.at[i].kind] += audit->rows.at[i].size;
	buffer_printf(out, ",\n\"kinds\":{");
	for (i = 0; i < AUDIT_KINDS; i++)
		buffer_printf(out, "%s\"%s\":%zu", i == 0 ? "" : ",",
			      audit_kinds[i], sums[i]);
	buffer_printf(out, "}");
}

static void
add_sources(struct buffer *out, const struct audit_node *node)
{
	size_t i;

	buffer_printf(out, "[");
	for (i = 0; i < node->sources_count; i++) {
		buffer_printf(out, i == 0 ? "[" : ",[");
		json_add_text(out, node->sources[i].file);
		buffer_printf(out, ",");
		json_add_text(out, node->sources[i].function);
		buffer_printf(out, "]");
	}
	buffer_printf(out, "]");
}

static void
add_nodes(struct buffer *out, const struct audit *audit)
{
	size_t i, j;

	buffer_printf(out, ",\n\"nodes_columns\":[\"address\",\"size\","
			   "\"kind\",\"name\",\"module\",\"unit\","
			   "\"is_always\",\"causes\",\"also\",\"users\",\"sources\",\"shared_by\"],\n"
			   "\"nodes\":[");
	for (i = 0; i < audit->nodes.count; i++) {
		const struct audit_node *node = &audit->nodes.at[i];
		const char *name = node->name;

		if (strlen(name) > NAME_BYTES_MAX)
			name = arena_copy_n(name, NAME_BYTES_MAX);
		buffer_printf(out, "%s[%llu,%llu,\"%s\",",
			      i == 0 ? "\n" : ",\n",
			      (unsigned long long)node->address,
			      (unsigned long long)node->size,
			      audit_kinds[node->kind]);
		json_add_text(out, name);
		buffer_printf(out, ",");
		json_add_text(out, audit_module_of(audit, node));
		buffer_printf(out, ",");
		add_index(out, node->unit);
		buffer_printf(out, ",%s,", node->is_always ? "true" : "false");
		add_set(out, audit, node->causes);
		buffer_printf(out, ",");
		add_set(out, audit, node->also);
		buffer_printf(out, ",");
		add_set(out, audit, node->users);
		buffer_printf(out, ",");
		add_sources(out, node);
		buffer_printf(out, ",[");
		for (j = 0; j < node->units_count; j++)
			buffer_printf(out, j == 0 ? "%zu" : ",%zu",
				      node->units[j]);
		buffer_printf(out, "]]");
	}
	buffer_printf(out, "]");
}

/* NULL: those of its node. */
static void
add_row_causes(struct buffer *out, const struct audit *audit,
	       const struct audit_row *row)
{
	if (row->part == AUDIT_NONE || audit->is_kept[row->part])
		buffer_printf(out, "null");
	else
		add_set(out, audit, audit_row_causes(audit, row));
}

static void
add_rows(struct buffer *out, const struct audit *audit)
{
	size_t i;

	buffer_printf(out, ",\n\"rows_columns\":[\"offset\",\"size\","
			   "\"kind\",\"node\",\"source\",\"function\","
			   "\"because_of\"],\n"
			   "\"rows\":[");
	for (i = 0; i < audit->rows.count; i++) {
		const struct audit_row *row = &audit->rows.at[i];

		buffer_printf(out, "%s[%zu,%zu,\"%s\",", i == 0 ? "\n" : ",\n",
			      row->offset, row->size, audit_kinds[row->kind]);
		add_index(out, row->node);
		buffer_printf(out, ",");
		json_add_text(out, row->source);
		buffer_printf(out, ",");
		json_add_text(out, row->function);
		buffer_printf(out, ",");
		add_row_causes(out, audit, row);
		buffer_printf(out, "]");
	}
	buffer_printf(out, "]");
}

/* Of which line each is, its first cause tells. */
static void
add_removals(struct buffer *out, const struct audit *audit)
{
	size_t i;

	buffer_printf(out, ",\n\"removals_columns\":[\"causes\",\"with\","
			   "\"bytes\"],\n\"removals\":[");
	for (i = 0; i < audit->removals.count; i++) {
		const struct audit_removal *removal = &audit->removals.at[i];

		buffer_printf(out, i == 0 ? "\n[" : ",\n[");
		add_set(out, audit, removal->causes);
		buffer_printf(out, ",");
		add_set(out, audit, removal->with);
		buffer_printf(out, ",%zu]", removal->bytes);
	}
	buffer_printf(out, "]");
}

static void
add_lines(struct buffer *out, const struct audit *audit)
{
	size_t i;

	buffer_printf(out, ",\n\"config_lines\":[");
	for (i = 0; i < audit->config_lines.count; i++) {
		buffer_printf(out, i == 0 ? "\n" : ",\n");
		json_add_text(out, audit->config_lines.at[i]);
	}
	buffer_printf(out, "]");
}

static void
add_given(struct buffer *out, const struct audit *audit)
{
	buffer_printf(out, "{\"format\":\"%s\",\n\"name\":", format);
	json_add_text(out, audit->name);
	buffer_printf(out, ",\n\"config\":");
	json_add_text(out, audit->config);
	buffer_printf(out, ",\n\"bytes\":%zu", audit->file.size);
	add_lines(out, audit);
	add_causes(out, audit);
	add_units(out, audit);
}

struct bytes
audit_write_given(const struct audit *audit)
{
	struct buffer out = { 0 };

	add_given(&out, audit);
	return (struct bytes){ (const uint8_t *)out.at, out.size };
}

struct bytes
audit_write(const struct audit *audit, const struct code *code)
{
	struct buffer out = { 0 };

	add_given(&out, audit);
	add_sections(&out, audit);
	add_kinds(&out, audit);
	add_nodes(&out, audit);
	add_rows(&out, audit);
	add_removals(&out, audit);
	if (code != NULL)
		json_add_code(&out, code);
	buffer_printf(&out, "}\n");
	return (struct bytes){ (const uint8_t *)out.at, out.size };
}

/* ---- Reading ---------------------------------------------------------------- */

/* A name, which will be shown. */
static const char *
text_of(const cJSON *item)
{
	return cJSON_IsString(item)
		       ? arena_copy(audit_printable(item->valuestring))
		       : NULL;
}

static const cJSON *
field(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static bool
take_number(const cJSON *item, uint64_t *number)
{
	if (!cJSON_IsNumber(item) || !(item->valuedouble >= 0) ||
	    item->valuedouble > 9e15)
		return false;
	*number = (uint64_t)item->valuedouble;
	return true;
}

/* A number below count; null is AUDIT_NONE. */
static bool
take_index(const cJSON *item, size_t count, size_t *index)
{
	uint64_t number;

	*index = AUDIT_NONE;
	if (cJSON_IsNull(item))
		return true;
	if (!take_number(item, &number) || number >= count)
		return false;
	*index = (size_t)number;
	return true;
}

static bool
take_list(const cJSON *items, size_t count, size_t **list, size_t *list_count)
{
	const cJSON *item;
	size_t index;

	*list = arena_alloc((size_t)cJSON_GetArraySize(items) + 1,
			    sizeof **list);
	cJSON_ArrayForEach(item, items) {
		if (!take_index(item, count, &index) || index == AUDIT_NONE)
			return false;
		(*list)[(*list_count)++] = index;
	}
	return true;
}

static bool
take_cause(const cJSON *item, size_t count, struct audit_cause *cause)
{
	cause->name = text_of(field(item, "name"));
	cause->value = text_of(field(item, "value"));
	cause->module = text_of(field(item, "module"));
	cause->origin = text_of(field(item, "origin"));
	cause->is_always = cJSON_IsTrue(field(item, "is_always"));
	cause->is_implied = cJSON_IsTrue(field(item, "is_implied"));
	cause->is_provider = cJSON_IsTrue(field(item, "is_provider"));
	if (cause->name == NULL || cause->value == NULL ||
	    cause->module == NULL || cause->origin == NULL)
		return false;
	return take_list(field(item, "needs"), count, &cause->needs,
			 &cause->needs_count) &&
	       take_list(field(item, "takes"), count, &cause->takes,
			 &cause->takes_count);
}

static bool
take_unit(const cJSON *row, size_t causes_count, struct audit_unit *unit)
{
	unit->label = text_of(cJSON_GetArrayItem(row, 0));
	unit->module = text_of(cJSON_GetArrayItem(row, 1));
	return unit->label != NULL && unit->module != NULL &&
	       take_index(cJSON_GetArrayItem(row, 2), causes_count,
			  &unit->cause);
}

static bool
take_section(const cJSON *row, size_t units_count,
	     struct audit_section *section)
{
	const cJSON *file;

	section->name = text_of(cJSON_GetArrayItem(row, 3));
	cJSON_ArrayForEach(file, cJSON_GetArrayItem(row, 4))
		*list_add(&section->files) =
			cJSON_IsString(file) ? text_of(file) : "";
	return section->name != NULL &&
	       take_number(cJSON_GetArrayItem(row, 0), &section->address) &&
	       take_number(cJSON_GetArrayItem(row, 1), &section->size) &&
	       section->size != 0 &&
	       take_index(cJSON_GetArrayItem(row, 2), units_count,
			  &section->unit);
}

static bool
take_target(const cJSON *row, struct audit_target *target)
{
	return take_number(cJSON_GetArrayItem(row, 0), &target->at) &&
	       take_number(cJSON_GetArrayItem(row, 1), &target->address);
}

static bool
take_all(struct audit *audit, const cJSON *whole)
{
	const cJSON *causes = field(whole, "causes"), *item;
	size_t causes_count = (size_t)cJSON_GetArraySize(causes);
	const char *says = text_of(field(whole, "format"));

	if (causes_count > CAUSES_MAX)
		return false;
	audit->name = text_of(field(whole, "name"));
	audit->config = text_of(field(whole, "config"));
	if (says == NULL || !text_equal(says, format) || audit->name == NULL ||
	    audit->config == NULL)
		return false;
	cJSON_ArrayForEach(item, field(whole, "config_lines"))
		*list_add(&audit->config_lines) =
			cJSON_IsString(item) ? arena_copy(item->valuestring)
					     : "";
	cJSON_ArrayForEach(item, causes)
		if (!take_cause(item, causes_count, list_add(&audit->causes)))
			return false;
	cJSON_ArrayForEach(item, field(whole, "units"))
		if (!take_unit(item, causes_count, list_add(&audit->units)))
			return false;
	cJSON_ArrayForEach(item, field(whole, "sections"))
		if (!take_section(item, audit->units.count,
				  list_add(&audit->sections)))
			return false;
	cJSON_ArrayForEach(item, field(whole, "layout_symbols"))
		*list_add(&audit->layout_symbols) =
			cJSON_IsString(item) ? text_of(item) : "";
	cJSON_ArrayForEach(item, field(whole, "targets"))
		if (!take_target(item, list_add(&audit->targets)))
			return false;
	return true;
}

bool
audit_read(struct audit *audit, struct bytes json)
{
	cJSON *whole = cJSON_ParseWithLength((const char *)json.at, json.size);
	bool is_read = whole != NULL && take_all(audit, whole);

	cJSON_Delete(whole);
	return is_read;
}
