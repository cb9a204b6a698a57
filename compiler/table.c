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

/* Is the record that was read one that RFC 4180 has? */
static bool
check_record(const struct table *table)
{
	const struct csv_record *record = &table->record;

	if (record->wrong != NULL)
		complain(table, record->wrong_line, record->wrong_column,
			 record->wrong);
	return record->wrong == NULL;
}

static void
take_columns(struct table *table)
{
	const struct csv_record *record = &table->record;
	size_t i;

	for (i = 0; i < record->fields.count; i++) {
		const struct csv_field *field = &record->fields.at[i];

		*list_add(&table->columns) = (struct table_cell){
			.name = arena_copy(field->text),
			.where = { table->path, field->line, field->column },
			.column = i,
		};
	}
}

static bool
open_csv(struct table *table)
{
	struct bytes text;
	size_t read_count;

	if (!host_read(table->path, &text)) {
		diag(E0101, (struct where){ table->path, 0, 0 }, NULL, "%s",
		     host_read_error());
		return false;
	}
	table->csv = csv_open(text);
	if (!csv_read(&table->csv, &table->record) || table->record.is_blank) {
		complain(table, 1, 1, text.size == 0 ? "it is empty"
						     : "the first line is empty");
		diag_fix("start with a line that names the columns: "
			 "name,INSTANCE.SETTING,...");
		return false;
	}
	if (!check_record(table))
		return false;
	take_columns(table);
	for (read_count = 0;; read_count++) {
		struct csv here = table->csv;

		if (!csv_read(&table->csv, &table->record))
			break;
		if (read_count % TABLE_STRIDE == 0)
			*list_add(&table->marks) = here;
		if (!table->record.is_blank)
			table->rows_count = read_count + 1;
	}
	table->next = read_count;
	return true;
}

/* Does the record have a field for every column? */
static bool
check_fields(const struct table *table)
{
	const struct csv_record *record = &table->record;
	size_t count = record->fields.count;

	if (count == table->columns.count && !record->is_blank)
		return true;
	complain(table, record->line, 1,
		 record->is_blank
			 ? "an empty line before the last row"
			 : arena_printf("%zu field%s, where the first line "
					"names %zu", count,
					count == 1 ? "" : "s",
					table->columns.count));
	if (record->is_blank)
		diag_fix("remove it");
	return false;
}

static bool
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
	if (!check_record(table) || !check_fields(table))
		return false;
	for (i = 0; i < table->columns.count; i++) {
		const struct csv_field *field = &table->record.fields.at[i];

		if (field->text[0] != '\0' || field->is_quoted)
			*list_add(&row->cells) = (struct table_cell){
				table->columns.at[i].name, field->text,
				{ table->path, field->line, field->column }, i,
			};
	}
	return true;
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
		     "it returns a table with %s%s for a key; those of a list "
		     "of rows are 1, 2, 3 and so on",
		     keys.names_count != 0 ? "the text " : "",
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
	struct where where;
	struct item field;
	const char *text;

	item_field(row, name, &field);
	where = row->constructor == NULL ? table->row->where
					 : item_where(&field);
	if (lua_isinteger(L, field.index))
		text = arena_printf("%lld",
				    (long long)lua_tointeger(L, field.index));
	else if (lua_isboolean(L, field.index))
		text = lua_toboolean(L, field.index) ? "true" : "false";
	else
		text = item_text(&field);
	if (text == NULL) {
		diag(E0805, where, name, "found %s; a cell is a "
		     "text, a whole number, true or false",
		     item_found(&field));
	} else {
		cell = list_add(&table->row->cells);
		cell->name = name;
		cell->text = text;
		cell->where = where;
	}
	lua_pop(L, 1);
}

/* Of a list that is computed no row has a place of its own. */
static struct where
row_where(const struct table *table, const struct item *whole,
	  const struct item *row)
{
	if (whole->constructor != NULL)
		return item_where(row);
	return (struct where){ arena_printf("%s, row %zu", table->path,
					    table->row_index + 1), 0, 0 };
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
	table->row->where = row_where(table, &whole, &row);
	if (lua_type(L, row.index) != LUA_TTABLE) {
		diag(E0805, table->row->where, NULL,
		     "found %s; a row is { name = \"NAME\", ... }",
		     item_found(&row));
		return 0;
	}
	keys = item_keys(&row);
	if (keys.elements_count != 0 || keys.strange != NULL)
		diag(E0805, table->row->where, NULL, "a value without a key");
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
	if (table->script == NULL)
		return read_csv_row(table, index, row);
	table->row = row;
	table->row_index = index;
	return script_protect(table->script, run_row) && diag_count() == before;
}
