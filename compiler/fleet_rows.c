/* SPDX-License-Identifier: ISC */
/* Fleets, one row: the values of its cells in the slots of the image. */
#include <string.h>

#include "fleet.h"
#include "layout.h"
#include "type_text.h"

static const char name_column[] = "name";
const char fleet_seed_column[] = "image.layout_seed";

/* Of a name that is none, so much is told. */
static const size_t shown_most = 80;

/* ---- The columns of a CSV --------------------------------------------------- */

/* A column that has no slot. */
static void
refuse_column(const struct table_cell *column)
{
	if (column->name[0] == '\0')
		diag(E0805, column->where, NULL, "this column has no name");
	else
		diag(E0805, column->where, column->name,
		     "a column of this name is there already");
}

/* Is it about the machine itself, and no slot? */
static bool
is_own(const struct fleet *fleet, const char *name)
{
	return text_equal(name, name_column) ||
	       (fleet->build != NULL && text_equal(name, fleet_seed_column));
}

/* NULL after diag(E0802). */
static struct slot *
find_slot(const struct fleet *fleet, const struct table_cell *cell)
{
	if (!text_equal(cell->name, fleet_seed_column))
		return seal_find(fleet->sealing, cell->name, cell->where);
	diag(E0802, cell->where, cell->name,
	     "it is frozen into the code of %s", fleet->sealing->path);
	diag_fix("name its configuration in place of the image: then each "
		 "machine is linked by its own");
	return NULL;
}

static bool
is_first(const struct fleet *fleet, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++)
		if (text_equal(fleet->table.columns.at[i].name,
			       fleet->table.columns.at[index].name))
			return false;
	return true;
}

static void
take_column(struct fleet *fleet, size_t index)
{
	const struct table_cell *column = &fleet->table.columns.at[index];
	struct slot *slot;
	size_t number;

	if (column->name[0] == '\0' ||
	    (is_own(fleet, column->name) && !is_first(fleet, index))) {
		refuse_column(column);
		return;
	}
	if (is_own(fleet, column->name))
		return;
	slot = find_slot(fleet, column);
	if (slot == NULL)
		return;
	number = (size_t)(slot - fleet->sealing->slots.list.at);
	if (fleet->is_told[number])
		refuse_column(column);
	else
		fleet->columns[index] = slot;
	fleet->is_told[number] = true;
}

static void
refuse_without_name(const struct fleet *fleet)
{
	size_t count = fleet->table.columns.count, i;
	const char *first = fleet->table.columns.at[0].name;

	diag(E0805, (struct where){ fleet->table.path, 1, 1 }, NULL,
	     "no column is called name");
	for (i = 0; i < count; i++)
		if (text_nearest(name_column,
				 &fleet->table.columns.at[i].name, 1) != NULL)
			break;
	if (i < count)
		diag_fix("write name in place of %s",
			 fleet->table.columns.at[i].name);
	else if (count == 1 && strpbrk(first, ";\t") != NULL)
		diag_fix("write a comma between two columns");
	else
		diag_fix("start it with name,INSTANCE.SETTING,...");
}

void
fleet_take_columns(struct fleet *fleet)
{
	const struct slots *slots = &fleet->sealing->slots;
	bool has_name = false;
	size_t count = fleet->table.columns.count, i;

	fleet->columns = arena_alloc(count, sizeof *fleet->columns);
	fleet->is_told = arena_alloc(slots->list.count, 1);
	fleet->is_given = arena_alloc(slots->list.count, 1);
	if (count == 0)
		return;
	for (i = 0; i < count; i++) {
		take_column(fleet, i);
		has_name |= text_equal(fleet->table.columns.at[i].name,
				       name_column);
	}
	if (!has_name)
		refuse_without_name(fleet);
	fleet->is_name_told = !has_name;
	for (i = 0; i < slots->list.count; i++) {
		const struct slot *slot = &slots->list.at[i];
		bool has_column = fleet->is_told[i];

		fleet->is_told[i] = !has_column;
		if (has_column || slot_is_secret(slot) ||
		    slot_value(slot)->is_filled)
			continue;
		diag(E0805, (struct where){ fleet->table.path, 1, 1 },
		     slot->name, "neither a column nor the image gives it a "
				 "value");
		diag_fix("add a column %s", slot->name);
	}
}

/* ---- A row ------------------------------------------------------------------ */

/* The slot of a cell; NULL: it is the machine's own, or was told to be wrong. */
static struct slot *
slot_of(const struct fleet *fleet, const struct table_cell *cell)
{
	if (fleet->table.columns.count != 0)
		return fleet->columns[cell->column];
	return is_own(fleet, cell->name) ? NULL : find_slot(fleet, cell);
}

/* A secret's cell names a file, beside the table. */
static void
take_cell(struct fleet *fleet, const struct table_cell *cell,
	  const struct slot *slot)
{
	const char *folder = host_folder_of(fleet->table.path);

	fleet->is_given[slot - fleet->sealing->slots.list.at] = true;

	if (slot_is_secret(slot))
		seal_set_file(fleet->sealing, slot,
			      host_join(folder, cell->text), cell->where);
	else if (!seal_set(fleet->sealing, slot, cell->text, cell->where))
		slot_value(slot)->is_filled = false;
}

static const struct table_cell *
find_cell(const struct table_row *row, const char *column)
{
	size_t i;

	for (i = 0; i < row->cells.count; i++)
		if (text_equal(row->cells.at[i].name, column))
			return &row->cells.at[i];
	return NULL;
}

static const char *
take_name(const struct fleet *fleet, const struct table_row *row)
{
	const struct table_cell *cell = find_cell(row, name_column);

	if (cell != NULL && is_image_name(cell->text))
		return arena_copy(cell->text);
	if (cell != NULL)
		diag(E0805, cell->where, name_column, "found \"%s\"; a name is "
		     "a letter a-z, then a-z, 0-9, - and _, 64 at most",
		     text_utf8(arena_copy_n(cell->text,
					    strnlen(cell->text, shown_most))));
	else if (!fleet->is_name_told)
		diag(E0805, row->where, name_column, "a machine needs a name");
	return NULL;
}

const char *
fleet_row_seed(const struct fleet *fleet, const struct table_row *row,
	       const char *name)
{
	const struct table_cell *cell = find_cell(row, fleet_seed_column);
	struct type_text text = {
		fleet->sealing->build.catalogue, fleet->sealing->script,
		{ .subject = fleet_seed_column }, { 0 },
	};
	struct value value = { 0 };

	if (fleet->build == NULL)
		return NULL;
	if (cell == NULL)
		return name == NULL ? NULL
				    : layout_seed_of(
					      fleet->build->image.layout_seed,
					      name);
	text.where = cell->where;
	return type_accept_text(&text, &layout_seed, cell->text, &value)
		       ? arena_copy(value.text)
		       : NULL;
}

/* A machine with an empty slot does not start; a secret may come later. */
static void
check_filled(const struct fleet *fleet, const struct table_row *row)
{
	const struct slots *slots = &fleet->sealing->slots;
	size_t i;

	for (i = 0; i < slots->list.count; i++) {
		const struct slot *slot = &slots->list.at[i];

		if (!slot_is_secret(slot) && !slot_value(slot)->is_filled &&
		    !fleet->is_given[i] && !fleet->is_told[i])
			diag(E0805, row->where, slot->name,
			     "neither the row nor the image gives it a value");
	}
}

const char *
fleet_row(struct fleet *fleet, const struct table_row *row)
{
	const char *name;
	size_t i;

	seal_reset(fleet->sealing, row->where);
	memset(fleet->is_given, 0, fleet->sealing->slots.list.count);
	name = take_name(fleet, row);
	fleet->seed = fleet_row_seed(fleet, row, name);
	for (i = 0; i < row->cells.count; i++) {
		const struct slot *slot = slot_of(fleet, &row->cells.at[i]);

		if (slot != NULL)
			take_cell(fleet, &row->cells.at[i], slot);
	}
	check_filled(fleet, row);
	return name;
}

void
fleet_row_slot(struct fleet *fleet, const struct table_row *row,
	       const struct slot *slot)
{
	size_t i;

	seal_reset(fleet->sealing, row->where);
	for (i = 0; i < row->cells.count; i++)
		if (text_equal(row->cells.at[i].name, slot->name))
			take_cell(fleet, &row->cells.at[i], slot);
}

const char *
fleet_row_name(const struct table_row *row)
{
	const struct table_cell *cell = find_cell(row, name_column);

	return cell == NULL ? NULL : cell->text;
}
