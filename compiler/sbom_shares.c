/* SPDX-License-Identifier: ISC */
/*
 * What an image has of which source file: bytes by its audit.json, and by its
 * NAME.debug the functions and objects that have none of their own.
 */
#include "sbom.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "linked_names.h"

/* Columns of its rows and nodes. */
enum { ROW_BYTES = 1, ROW_KIND, ROW_NODE, ROW_SOURCE, ROW_FUNCTION };
enum { NODE_NAME = 3 };

static int
share_compare(const void *a, const void *b)
{
	const struct share *first = a, *second = b;
	int order = strcmp(first->label, second->label);

	if (order == 0)
		order = first->is_object - second->is_object;
	return order != 0 ? order : strcmp(first->name, second->name);
}

/* A number of a row, or -1. */
static int
number_at(const cJSON *row, int column)
{
	const cJSON *item = cJSON_GetArrayItem(row, column);

	return cJSON_IsNumber(item) ? item->valueint : -1;
}

static const char *
text_at(const cJSON *row, int column)
{
	return cJSON_GetStringValue(cJSON_GetArrayItem(row, column));
}

/* The name of what a row belongs to: "" if it has none. */
static const char *
name_of(const cJSON *row, const cJSON *const *nodes, int nodes_count)
{
	const char *function = text_at(row, ROW_FUNCTION), *name = NULL;
	int node = number_at(row, ROW_NODE);

	if (function != NULL)
		return arena_copy(function);
	if (node >= 0 && node < nodes_count &&
	    !text_equal(text_at(row, ROW_KIND), "string"))
		name = text_at(nodes[node], NODE_NAME);
	return name == NULL ? "" : arena_copy(name);
}

/* Sorted; each function and object once. */
static void
merge(struct shares *shares)
{
	size_t i, kept = 0;

	if (shares->count != 0)
		qsort(shares->at, shares->count, sizeof *shares->at, share_compare);
	for (i = 0; i < shares->count; i++)
		if (kept != 0 &&
		    share_compare(&shares->at[kept - 1], &shares->at[i]) == 0)
			shares->at[kept - 1].bytes += shares->at[i].bytes;
		else
			shares->at[kept++] = shares->at[i];
	shares->count = kept;
}

static void
add_names(struct shares *shares, struct bytes debug)
{
	struct linked_names names = { .list = { 0 } };
	size_t i;

	linked_names_read(debug, &names);
	for (i = 0; i < names.list.count; i++)
		if (names.list.at[i].is_kept)
			*list_add(shares) = (struct share){
				names.list.at[i].label,
				names.list.at[i].name,
				names.list.at[i].is_object, 0 };
}

struct shares
sbom_shares(struct bytes audit, struct bytes debug)
{
	cJSON *whole = cJSON_ParseWithLength((const char *)audit.at,
					     audit.size);
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(whole, "nodes");
	LIST(const cJSON *) nodes = { 0 };
	struct shares shares = { 0 };
	const cJSON *row;

	cJSON_ArrayForEach(row, rows) {
		*list_add(&nodes) = row;
	}
	rows = cJSON_GetObjectItemCaseSensitive(whole, "rows");
	cJSON_ArrayForEach(row, rows) {
		const char *source = text_at(row, ROW_SOURCE);

		if (source != NULL && text_at(row, ROW_KIND) != NULL &&
		    number_at(row, ROW_BYTES) >= 0)
			*list_add(&shares) = (struct share){
				arena_copy(source),
				name_of(row, nodes.at, (int)nodes.count),
				!text_equal(text_at(row, ROW_KIND), "code"),
				(size_t)number_at(row, ROW_BYTES) };
	}
	cJSON_Delete(whole);
	if (shares.count != 0)
		add_names(&shares, debug);
	merge(&shares);
	return shares;
}
