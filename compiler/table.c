/* SPDX-License-Identifier: ISC */
/* The table of a fleet: see table.h. */
#include "table.h"

#include <string.h>

/* ---- CSV ------------------------------------------------------------------- */

static void
complain(const struct table *table, unsigned line, unsigned column,
	 const char *wrong)
{
	diag(E0805, (struct where){ table->path, line, column }, NULL, "%s",
	     wrong);
}

static void
read_columns(struct table *table)
{
	const struct csv_record *record = &table->record;
	size_t i, j;

	for (i = 0; i < record->fields.count; i++) {
		const struct csv_field *field = &record->fields.at[i];
		const char *name = arena_copy(field->text);

		for (j = 0; j < i; j++)
			if (text_equal(table->columns.at[j].name, name))
				complain(table, field->line, field->column,
					 "a column of this name is there "
					 "already");
		*list_add(&table->columns) = (struct table_cell){
			.name = name,
			.where = { table->path, field->line, field->column },
		};
	}
}

static void
check_record(const struct table *table)
{
	const struct csv_record *record = &table->record;

	if (record->wrong != NULL)
		complain(table, record->wrong_line, record->wrong_column,
			 record->wrong);
	else if (record->fields.count != table->columns.count)
		complain(table, record->line, 1,
			 arena_printf("%zu fields, where the first line names "
				      "%zu", record->fields.count,
				      table->columns.count));
}

static bool
open_csv(struct table *table)
{
	size_t before = diag_count();
	struct bytes text;

	if (!host_read(table->path, &text)) {
		diag(E0101, (struct where){ table->path, 0, 0 }, NULL, "%s",
		     host_read_error());
		return false;
	}
	table->csv = csv_open(text);
	if (!csv_read(&table->csv, &table->record)) {
		complain(table, 1, 1, "it is empty");
		diag_fix("start with a line that names the columns: "
			 "name,INSTANCE.SETTING,...");
		return false;
	}
	read_columns(table);
	check_record(table);
	for (;;) {
		struct csv here = table->csv;

		if (!csv_read(&table->csv, &table->record))
			break;
		if (table->rows_count++ % TABLE_STRIDE == 0)
			*list_add(&table->marks) = here;
		check_record(table);
	}
	table->next = table->rows_count;
	return diag_count() == before;
}

static void
read_csv_row(struct table *table, size_t index, struct table_row *row)
{
	size_t i;

	if (index < table->next || index >= table->next + TABLE_STRIDE) {
		table->next = index - index % TABLE_STRIDE;
		table->csv = table->marks.at[index / TABLE_STRIDE];
	}
	for (; table->next <= index; table->next++)
		csv_read(&table->csv, &table->record);
	row->where = (struct where){ table->path, table->record.line, 0 };
	for (i = 0; i < table->columns.count; i++) {
		const struct csv_field *field = &table->record.fields.at[i];

		if (field->text[0] != '\0')
			*list_add(&row->cells) = (struct table_cell){
				table->columns.at[i].name, field->text,
				{ table->path, field->line, field->column },
			};
	}
}

/* ---- Lua ------------------------------------------------------------------- */

/* The "{" of return { ... } at the end of the file; 0 where it is not written
 * so. */
static size_t
returned_token(const struct scan *scan)
{
	size_t end = scan->tokens.count, at;

	while (end != 0 && scan->tokens.at[end - 1].kind == SCAN_END)
		end--;
	if (end == 0 || !scan_is(scan, end - 1, "}"))
		return 0;
	at = scan->tokens.at[end - 1].partner;
	return at != 0 && scan_is(scan, at - 1, "return") ? at : 0;
}

static int
run_table(lua_State *L)
{
	struct script *script = script_of(L);
	struct table *table = script->owner;
	struct item returned;
	struct item_keys keys;
	size_t i;

	lua_newtable(L);
	script_push_words(script);
	for (i = 0; i < table->catalogue->words_count; i++) {
		lua_pushinteger(L, table->catalogue->words[i].number);
		lua_setfield(L, -2, table->catalogue->words[i].name);
	}
	script_load(script, 0, lua_gettop(L));
	lua_call(L, 0, 1);
	returned = item_at(script, lua_gettop(L),
			   returned_token(script->scan));
	if (lua_type(L, -1) != LUA_TTABLE) {
		diag(E0805, (struct where){ table->path, 0, 0 }, NULL,
		     "it returns %s; a table returns a list of rows",
		     item_found(&returned));
		diag_fix("end it with return { { name = \"NAME\", ... }, "
			 "... }");
		return 0;
	}
	keys = item_keys(&returned);
	if (keys.names_count != 0 || keys.strange != NULL)
		diag(E0805, (struct where){ table->path, 0, 0 }, NULL,
		     "it returns the key %s; a list of rows has none",
		     keys.names_count != 0 ? keys.names[0] : keys.strange);
	table->rows_count = keys.elements_count;
	table->rows = luaL_ref(L, LUA_REGISTRYINDEX);
	return 0;
}

static void
read_cell(struct table *table, const struct item *row, const char *name)
{
	lua_State *L = row->script->state;
	struct table_cell *cell;
	struct item field;
	const char *text;

	item_field(row, name, &field);
	if (lua_isinteger(L, field.index))
		text = arena_printf("%lld",
				    (long long)lua_tointeger(L, field.index));
	else if (lua_isboolean(L, field.index))
		text = lua_toboolean(L, field.index) ? "true" : "false";
	else
		text = item_text(&field);
	if (text == NULL) {
		diag(E0805, item_where(&field), name, "found %s; a cell is a "
		     "text, a whole number, true or false",
		     item_found(&field));
	} else {
		cell = list_add(&table->row->cells);
		cell->name = name;
		cell->text = text;
		cell->where = item_where(&field);
	}
	lua_pop(L, 1);
}

static int
run_row(lua_State *L)
{
	struct script *script = script_of(L);
	struct table *table = script->owner;
	struct item whole, row;
	struct item_keys keys;
	size_t i;

	lua_rawgeti(L, LUA_REGISTRYINDEX, table->rows);
	whole = item_at(script, lua_gettop(L), returned_token(script->scan));
	item_element(&whole, (int64_t)table->row_index + 1, &row);
	table->row->where = item_where(&row);
	if (lua_type(L, row.index) != LUA_TTABLE) {
		diag(E0805, item_where(&row), NULL,
		     "found %s; a row is { name = \"NAME\", ... }",
		     item_found(&row));
		return 0;
	}
	keys = item_keys(&row);
	if (keys.elements_count != 0 || keys.strange != NULL)
		diag(E0805, item_where(&row), NULL, "a value without a key");
	for (i = 0; i < keys.names_count; i++)
		read_cell(table, &row, keys.names[i]);
	return 0;
}

static bool
open_lua(struct table *table)
{
	size_t before = diag_count();

	table->script = script_open(table->path, table->path);
	if (table->script == NULL)
		return false;
	table->script->owner = table;
	return script_protect(table->script, run_table) &&
	       diag_count() == before;
}

/* ---- Both -------------------------------------------------------------------- */

bool
table_open(struct table *table, const struct catalogue *catalogue,
	   const char *path)
{
	*table = (struct table){ .path = path, .catalogue = catalogue };
	return text_ends(path, ".lua") ? open_lua(table) : open_csv(table);
}

void
table_close(struct table *table)
{
	if (table->script != NULL)
		script_close(table->script);
}

bool
table_row(struct table *table, size_t index, struct table_row *row)
{
	size_t before = diag_count();

	row->cells.count = 0;
	if (table->script == NULL) {
		read_csv_row(table, index, row);
		return true;
	}
	table->row = row;
	table->row_index = index;
	return script_protect(table->script, run_row) && diag_count() == before;
}
