/* SPDX-License-Identifier: ISC */
/* Fleets, one row: the values of its cells in the slots of the image. */
#include <string.h>

#include "fleet.h"
#include "type.h"

static const char name_column[] = "name";

/* A secret's cell names a file, beside the table. */
static void
take_cell(struct fleet *fleet, const struct table_cell *cell)
{
	struct slot *slot = seal_find(fleet->sealing, cell->name, cell->where);
	const char *folder = host_folder_of(fleet->table.path);

	if (slot == NULL)
		return;
	if (slot_is_secret(slot))
		seal_set_file(fleet->sealing, slot,
			      host_join(folder, cell->text), cell->where);
	else
		seal_set(fleet->sealing, slot, cell->text, cell->where);
}

static const char *
take_name(const struct table_row *row)
{
	size_t i;

	for (i = 0; i < row->cells.count; i++) {
		const struct table_cell *cell = &row->cells.at[i];

		if (!text_equal(cell->name, name_column))
			continue;
		if (is_image_name(cell->text))
			return arena_copy(cell->text);
		diag(E0805, cell->where, name_column, "found \"%s\"; a name is "
		     "a letter a-z, then a-z, 0-9, - and _, 64 at most",
		     text_utf8(cell->text));
		return NULL;
	}
	diag(E0805, row->where, name_column, "a machine needs a name");
	return NULL;
}

/* A machine with an empty slot does not start; a secret may come later. */
static void
check_filled(const struct sealing *sealing, const struct table_row *row)
{
	size_t i;

	for (i = 0; i < sealing->slots.list.count; i++) {
		const struct slot *slot = &sealing->slots.list.at[i];

		if (!slot_is_secret(slot) && !slot_value(slot)->is_filled)
			diag(E0805, row->where, slot->name,
			     "neither the row nor the image gives it a value");
	}
}

const char *
fleet_row(struct fleet *fleet, size_t index, struct table_row *row)
{
	size_t before = diag_count(), i;
	const char *name;

	if (!table_row(&fleet->table, index, row))
		return NULL;
	seal_reset(fleet->sealing);
	name = take_name(row);
	for (i = 0; i < row->cells.count; i++)
		if (!text_equal(row->cells.at[i].name, name_column))
			take_cell(fleet, &row->cells.at[i]);
	if (diag_count() == before)
		check_filled(fleet->sealing, row);
	return diag_count() == before ? name : NULL;
}
